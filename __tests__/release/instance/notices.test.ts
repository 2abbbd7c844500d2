import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { awsNotices } from '../../../release/instance/aws-notices.ts';
import { azureNotices } from '../../../release/instance/azure-notices.ts';
import { gcpNotices } from '../../../release/instance/gcp-notices.ts';
import { identityToken } from '../../../release/instance/identity-token.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

async function withMetadata<T>(answer: Answer, work: (base: string) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** IMDSv2 that knows `pages`, and accepts the newest of its tokens only. */
function imds(pages: Readonly<Record<string, string>>): Answer & { expire(): void } {
  let [given, valid] = [0, 0];
  const answer = ({ method, url = '', headers }: IncomingMessage, response: ServerResponse) => {
    if (method === 'PUT') return void response.end(`token-${(valid = ++given)}`);
    if (headers['x-aws-ec2-metadata-token'] !== `token-${valid}`)
      return void response.writeHead(401).end();
    const page = pages[url.replace('/latest/meta-data/', '')];
    return void response.writeHead(page === undefined ? 404 : 200).end(page);
  };
  return Object.assign(answer, { expire: () => void (valid = -1) });
}

test.each([
  [{ 'autoscaling/target-lifecycle-state': 'InService' }, null],
  [{}, null],
  [{ 'autoscaling/target-lifecycle-state': 'Warmed:Stopped' }, null],
  [
    { 'autoscaling/target-lifecycle-state': 'Terminated' },
    'the autoscaling group ends this instance',
  ],
  [
    { 'spot/instance-action': '{"action":"terminate"}' },
    'spot interruption {"action":"terminate"}',
  ],
])('AWS saying %j means %s', async (pages, cause) => {
  const notice = await withMetadata(imds(pages), (base) => awsNotices(base, null).next());
  expect(notice?.cause ?? null).toBe(cause);
});

test('on AWS an expired token is replaced', async () => {
  const answer = imds({ 'autoscaling/target-lifecycle-state': 'Terminated' });
  await withMetadata(answer, async (base) => {
    const source = awsNotices(base, null);
    await source.next();
    answer.expire();
    await expect(source.next()).rejects.toThrow('401');
    expect((await source.next())?.cause).toContain('ends this instance');
  });
});

test.each([
  ['Terminate', ['machine_0'], true],
  ['Preempt', ['machine_1', 'machine_0'], true],
  ['Reboot', ['machine_0'], true],
  ['Freeze', ['machine_0'], false],
  ['Terminate', ['machine_1'], false],
])('Azure scheduling %s of %j concerns machine_0: %s', async (EventType, Resources, concerned) => {
  const approvals: unknown[] = [];
  await withMetadata(
    async (request, response) => {
      if (request.headers['metadata'] !== 'true') return void response.writeHead(400).end();
      if (request.url?.includes('/compute/name')) return void response.end('machine_0');
      if (request.method === 'POST') approvals.push(JSON.parse(await text(request)));
      response.end(JSON.stringify({ Events: [{ EventId: 'e-1', EventType, Resources }] }));
    },
    async (base) => {
      const notice = await azureNotices(base).next();
      expect(notice !== null).toBe(concerned);
      await notice?.acknowledge?.();
    },
  );
  expect(approvals).toEqual(concerned ? [{ StartRequests: [{ EventId: 'e-1' }] }] : []);
});

test.each([
  ['TRUE\n', true],
  ['FALSE', false],
])('Google answering preempted %j ends the machine: %s', async (page, ends) => {
  const notice = await withMetadata(
    ({ headers }, response) =>
      void response.writeHead(headers['metadata-flavor'] === 'Google' ? 200 : 403).end(page),
    (base) => gcpNotices(base).next(),
  );
  expect(notice !== null).toBe(ends);
});

const jwt = 'eyJh.eyJz.c2ln';

test('Google is asked for a full token for the audience', async () => {
  let asked = '';
  const token = await withMetadata(
    ({ url = '' }, response) => {
      asked = url;
      response.end(`${jwt}\n`);
    },
    (base) => identityToken(base, { cloud: 'gcp', audience: 'sts.amazonaws.com', clientId: '' }),
  );
  expect(token).toBe(jwt);
  expect(asked).toBe(
    '/computeMetadata/v1/instance/service-accounts/default/identity?audience=sts.amazonaws.com&format=full',
  );
});

test('Azure is asked for the application, as the identity that is named', async () => {
  let asked = new URLSearchParams();
  const token = await withMetadata(
    ({ url = '' }, response) => {
      asked = new URL(url, 'http://x').searchParams;
      response.end(JSON.stringify({ access_token: jwt }));
    },
    (base) => identityToken(base, { cloud: 'azure', audience: 'api://evenkeel', clientId: 'id-1' }),
  );
  expect(token).toBe(jwt);
  expect(Object.fromEntries(asked)).toMatchObject({
    resource: 'api://evenkeel',
    client_id: 'id-1',
  });
});

test.each(['', '{"error":"x"}', '<html>'])(
  'an answer like %j is never written as a token',
  async (page) => {
    const asking = withMetadata(
      (_, response) => void response.end(page),
      (base) => identityToken(base, { cloud: 'gcp', audience: 'a', clientId: '' }),
    );
    await expect(asking).rejects.toThrow('no token');
  },
);
