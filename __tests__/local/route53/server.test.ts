// Starting, stopping and listening in.
import { expect, test } from '@jest/globals';

import { startRoute53 } from '../../../local/route53/server.ts';
import { start, startWithZone, plain, create } from './started.ts';

test('a port in use is an InputError, and the other port is let go', async () => {
  const { apiUrl, dnsPort } = await start();
  const apiPort = Number(new URL(apiUrl).port);
  const taken = expect.objectContaining({ name: 'InputError', code: 'port-taken' });
  await expect(startRoute53({ apiPort })).rejects.toEqual(taken);
  await expect(startRoute53({ dnsPort })).rejects.toEqual(taken);
});

test('queries are told to whoever asked to hear of them', async () => {
  const heard: string[] = [];
  const { resolver, change } = await startWithZone({
    onQuery: ({ name, type, source, answer }) =>
      heard.push(`${name} ${type} ${source} ${answer.join()}`),
  });
  await change(create(plain('www', 'A', '192.0.2.1')));
  await resolver.resolve4('www.clinic.test');
  expect(heard).toEqual(['www.clinic.test A 127.0.0.1 192.0.2.1']);
});
