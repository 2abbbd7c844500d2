import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { decode, encode } from 'dns-packet';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { createAuthority } from '../../local/authority.ts';
import type { Authority } from '../../local/authority.ts';
import { startClinicView } from '../../local/clinic-view.ts';
import { ZoneClient } from '../../local/zone-client.ts';
import type { AddressPolicy } from '../../local/zone-client.ts';

const zone = 'evenkeel.lab';
const dead = '127.77.200.1';
const alive = '127.77.200.2';
const closers: (() => unknown)[] = [];
let authority: Authority;
let region: Server;
let port = 0;
let asked = 0;
let answer: readonly string[] = [];
let seen: string[] = [];

/** A region on `alive`; nothing listens on `dead`. The name server gives out `answer` with a TTL of one minute. */
beforeEach(async () => {
  authority = await createAuthority(Date.now());
  const { certPem, keyPem } = await authority.issue([`api.${zone}`]);
  seen = [];
  region = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    seen.push(`${request.method} ${request.headers.host}`);
    if (request.url === '/busy') response.writeHead(503);
    request.resume().on('end', () => response.end('a reading'));
  }).listen(0, alive);
  await once(region, 'listening');
  port = (region.address() as { port: number }).port;
  closers.push(
    () => region.close(),
    () => region.closeAllConnections(),
  );
});

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function nameServer(): Promise<string> {
  asked = 0;
  const socket: Socket = createSocket('udp4', (packet, from) => {
    asked += 1;
    const { id, questions } = decode(packet);
    const answers = answer.map((data) => ({
      type: 'A' as const,
      name: `api.${zone}`,
      ttl: 60,
      data,
    }));
    socket.send(
      encode({ type: 'response', id: id ?? 0, questions: questions ?? [], answers }),
      from.port,
      from.address,
    );
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closers.push(() => socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

async function client(policy: AddressPolicy, caPem = authority.caPem): Promise<ZoneClient> {
  const made = new ZoneClient({ zone, dnsServer: await nameServer(), port, caPem, policy });
  closers.push(() => made.close());
  return made;
}

const upload = { method: 'POST', path: '/v1/studies', body: new Uint8Array(100_000) } as const;

test('a client that tries every address is answered although the first one is dead', async () => {
  answer = [dead, alive];
  const outcome = await (await client('every')).send(upload);
  expect(outcome).toMatchObject({ status: 200, address: alive, failedAddresses: [dead] });
  expect(String(Buffer.from(outcome.body))).toBe('a reading');
});

test('it begins with the address that answered while the other one is remembered as dead', async () => {
  answer = [dead, alive];
  const careful = await client('every');
  await careful.send(upload);
  expect(await careful.send(upload)).toMatchObject({ address: alive, failedAddresses: [] });
});

test('a client that tries the first address only fails while that one is dead', async () => {
  answer = [dead, alive];
  await expect((await client('first')).send(upload)).rejects.toMatchObject({
    name: 'NoAnswer',
    attempts: [expect.stringContaining('ECONNREFUSED')],
  });
});

test('a region that says 503 is left for the next address, and its answer is a failure when there is none', async () => {
  answer = [alive];
  await expect(
    (await client('every')).send({ method: 'GET', path: '/busy' }),
  ).rejects.toMatchObject({
    attempts: [`${alive}: status 503`],
  });
});

test('the zone is asked once while the TTL runs, as a resolver would', async () => {
  answer = [alive];
  const careful = await client('every');
  await careful.send(upload);
  await careful.send(upload);
  expect(asked).toBe(1);
  expect(seen).toEqual([`POST api.${zone}`, `POST api.${zone}`]);
});

test('a server that the authority does not vouch for is no answer', async () => {
  answer = [alive];
  const stranger = await createAuthority(Date.now());
  await expect((await client('every', stranger.caPem)).send(upload)).rejects.toMatchObject({
    name: 'NoAnswer',
  });
  expect(seen).toEqual([]);
});

test('the clinic sees the region’s answer through its own plain port', async () => {
  answer = [dead, alive];
  const view = await startClinicView(await client('every'), 0);
  closers.push(() => view.close());
  const response = await fetch(`${view.url}/`, { method: 'POST', body: 'film' });
  expect(response.status).toBe(200);
  expect(response.headers.get('x-evenkeel-address')).toBe(alive);
  expect(await response.text()).toBe('a reading');
});

test('when no region answers the clinic is told what to do, as a page or as a problem', async () => {
  answer = [dead];
  const view = await startClinicView(await client('every'), 0);
  closers.push(() => view.close());
  const page = await fetch(view.url, { headers: { accept: 'text/html' } });
  expect([page.status, page.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await page.text()).toMatch(/No region answered[^]*not for diagnosis/);
  const problem = await fetch(view.url);
  expect(problem.headers.get('content-type')).toBe('application/problem+json');
  expect(await problem.json()).toMatchObject({ status: 503, code: 'no-region-answered' });
});
