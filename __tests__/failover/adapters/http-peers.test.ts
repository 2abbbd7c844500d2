// What other vantages say is checked to the last field; whoever is late, silent or somebody else counts for nobody.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCredentials } from '../../../failover/adapters/credentials.ts';
import type { CredentialFiles, Credentials } from '../../../failover/adapters/credentials.ts';
import { httpPeers, parseReport } from '../../../failover/adapters/http-peers.ts';
import { doorOptions } from '../../../failover/adapters/mutual-tls.ts';
import { systemClock } from '../../../failover/adapters/system-clock.ts';
import { vantageId } from '../../../fleet/fleet.ts';
import { testAuthority } from '../../support/credentials.ts';
import type { TestAuthority } from '../../support/credentials.ts';

const zone = 'evenkeel.example';
const finland = vantageId('vantage-finland');
const order = {
  id: 'o1',
  serial: 7,
  region: 'aws-paris',
  kind: 'drain',
  reason: 'drill',
  actor: 'ops',
  remainingMs: 1_000,
};
const report = {
  vantage: finland,
  opinions: { 'aws-paris': 'down' },
  notes: {},
  ageMs: 20,
  orders: [order],
};

let folder = '';
let authority: TestAuthority;
let stranger: TestAuthority;
let own: Credentials;
let finlands: CredentialFiles;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'peers-'));
  authority = await testAuthority(folder, zone);
  stranger = await testAuthority(folder, zone);
  const files = await authority.issue({ role: 'vantage', name: 'vantage-dublin' });
  own = readCredentials(files, zone);
  finlands = await authority.issue({ role: 'vantage', name: finland });
});
afterAll(() => rmSync(folder, { recursive: true }));

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serving(listener: RequestListener, files = finlands): Promise<string> {
  // Whom the server trusts is its own affair: here, whoever belongs to the authority.
  const credentials = { ...readCredentials(files, zone), authority: authority.caPem };
  const server = createServer(doorOptions(credentials), listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function pulledFrom(urls: readonly string[], credentials = own) {
  const faults: (string | null)[] = [];
  const peers = httpPeers({
    peers: urls.map((url) => ({ vantage: finland, url })),
    zone,
    credentials: () => credentials,
    clock: systemClock,
    timeoutMs: 500,
    onAsked: (_, fault) => faults.push(fault),
  });
  const reports = await peers.pull();
  await peers.close();
  return { reports, faults };
}

const pulled = async (...listeners: readonly RequestListener[]) =>
  (await pulledFrom(await Promise.all(listeners.map((listener) => serving(listener))))).reports;

const saying =
  (body: unknown, status = 200): RequestListener =>
  (_, response) =>
    void response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));

test('a report arrives whole, dated from before it was asked for', async () => {
  const before = systemClock.monotonicMs();
  const [heard] = await pulled(saying(report));
  expect(heard?.report).toEqual(report);
  expect(heard?.askedAtMs).toBeGreaterThanOrEqual(before);
  expect(heard?.askedAtMs).toBeLessThanOrEqual(systemClock.monotonicMs());
});

test.each([
  ['late', () => {}],
  ['gone', (request) => request.socket.destroy()],
  ['refusing', saying(report, 503)],
  ['not speaking JSON', saying('<html>')],
  ['speaking for somebody else', saying({ ...report, vantage: 'vantage-dublin' })],
  ['saying more than 256 KiB', saying({ ...report, more: 'x'.repeat(300_000) })],
] satisfies readonly (readonly [string, RequestListener])[])(
  'a vantage that is %s is left out, and the others are heard',
  async (_, listener) => {
    expect(await pulled(listener, saying(report))).toHaveLength(1);
  },
);

describe('a vantage counts only when its certificate says that it is itself', () => {
  const elsewhere = { zone: 'qa.evenkeel.example' };
  const ended = { forMs: -1_000 };

  test.each([
    ['it is', () => authority.issue({ role: 'vantage', name: finland }), null],
    [
      'another vantage answers there',
      () => authority.issue({ role: 'vantage', name: 'vantage-dublin' }),
      'wrong-identity',
    ],
    [
      'an operator of that name answers',
      () => authority.issue({ role: 'operator', name: finland }),
      'wrong-identity',
    ],
    [
      'a stranger’s authority says so',
      () => stranger.issue({ role: 'vantage', name: finland }),
      'untrusted',
    ],
    ['it has ended', () => authority.issue({ role: 'vantage', name: finland }, ended), 'expired'],
  ] as const)('%s', async (_, issue, fault) => {
    const { reports, faults } = await pulledFrom([await serving(saying(report), await issue())]);
    expect(faults).toEqual([fault]);
    expect(reports).toHaveLength(fault === null ? 1 : 0);
  });

  test('it is of another environment', async () => {
    const files = await authority.issue({ role: 'vantage', name: finland }, elsewhere);
    const credentials = readCredentials(files, elsewhere.zone);
    const server = createServer(doorOptions(credentials), saying(report));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await pulledFrom([url])).faults).toEqual(['wrong-identity']);
  });

  test('and hears nothing from whoever has no certificate that it believes', async () => {
    let requests = 0;
    const url = await serving(() => (requests += 1));
    const files = await stranger.issue({ role: 'vantage', name: 'vantage-dublin' });
    // The stranger knows the fleet's authority, but is not of it.
    const unknown = { ...readCredentials(files, zone), authority: authority.caPem };
    expect((await pulledFrom([url], unknown)).faults).toEqual(['refused']);
    const late = await authority.issue({ role: 'vantage', name: 'vantage-dublin' }, ended);
    expect((await pulledFrom([url], readCredentials(late, zone))).faults).toEqual(['refused']);
    expect(requests).toBe(0);
  });

  test('a connection that is kept is given up when the certificate of the other end has ended', async () => {
    let connections = 0;
    const url = await serving(saying(report));
    servers.at(-1)?.on('secureConnection', () => (connections += 1));
    let wallMs = Date.now();
    const peers = httpPeers({
      peers: [{ vantage: finland, url }],
      zone,
      credentials: () => own,
      clock: { ...systemClock, wallMs: () => wallMs },
      timeoutMs: 500,
    });
    await peers.pull();
    await peers.pull();
    expect(connections).toBe(1);
    wallMs += 2 * 3_600_000;
    await peers.pull();
    await peers.close();
    expect(connections).toBe(2);
  });

  test('a renewed certificate is shown at the next question', async () => {
    const shown: string[] = [];
    const url = await serving(saying(report));
    servers
      .at(-1)
      ?.on('secureConnection', (socket) => shown.push(socket.getPeerCertificate().serialNumber));
    const renewed = readCredentials(
      await authority.issue({ role: 'vantage', name: 'vantage-dublin' }),
      zone,
    );
    let credentials = own;
    const peers = httpPeers({
      peers: [{ vantage: finland, url }],
      zone,
      credentials: () => credentials,
      clock: systemClock,
      timeoutMs: 500,
    });
    await peers.pull();
    credentials = renewed;
    const [heard] = await peers.pull();
    await peers.close();
    expect(heard?.report.vantage).toBe(finland);
    expect(new Set(shown).size).toBe(2);
  });
});

test('nobody to ask is nobody heard', async () => {
  expect(await pulled()).toEqual([]);
});

const many = (length: number) => Array.from({ length }, () => order);

describe('a report', () => {
  const parsed = (change: object) => parseReport(JSON.stringify({ ...report, ...change }));

  test.each([
    ['no vantage', { vantage: undefined }],
    ['a negative age', { ageMs: -1 }],
    ['an age in words', { ageMs: 'young' }],
    ['no orders', { orders: undefined }],
    ['orders that are no list', { orders: {} }],
  ])('with %s is none', (_, change) => {
    expect(parsed(change)).toBeNull();
  });

  test.each(['null', '7', '"x"', '[]', '{', ''])('%s is none', (text) => {
    expect(parseReport(text)).toBeNull();
  });

  test('keeps known opinions and drops invented ones', () => {
    const opinions = { a: 'up', b: 'down', c: 'unknown', d: 'tired', e: 1 };
    expect(parsed({ opinions })?.opinions).toEqual({ a: 'up', b: 'down', c: 'unknown' });
    expect(parsed({ opinions: null })?.opinions).toEqual({});
  });

  test.each([
    ['no id', { id: 7 }],
    ['a kind that does not exist', { kind: 'erase' }],
    ['a fractional serial', { serial: 1.5 }],
    ['a time without end', { remainingMs: null }],
    ['a negative time', { remainingMs: -1 }],
    ['a reason of 501 characters', { reason: 'x'.repeat(501) }],
  ])('drops an order with %s and keeps the others', (_, change) => {
    expect(parsed({ orders: [{ ...order, ...change }, order] })?.orders).toEqual([order]);
  });

  test('takes 64 orders and no more', () => {
    expect(parsed({ orders: many(64) })?.orders).toHaveLength(64);
    expect(parsed({ orders: many(65) })?.orders).toHaveLength(64);
  });
});
