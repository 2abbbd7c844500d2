// What other vantages say is checked to the last field; whoever is late, silent or somebody else counts for nobody.
import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpPeers, parseReport } from '../../../failover/adapters/http-peers.ts';
import { systemClock } from '../../../failover/adapters/system-clock.ts';
import { vantageId } from '../../../fleet/fleet.ts';

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
const report = { vantage: finland, opinions: { 'aws-paris': 'down' }, ageMs: 20, orders: [order] };

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function pulled(...listeners: readonly RequestListener[]) {
  const urls = await Promise.all(listeners.map(serving));
  const peers = httpPeers({
    peers: urls.map((url) => ({ vantage: finland, url })),
    clock: systemClock,
    timeoutMs: 200,
  });
  const reports = await peers.pull();
  await peers.close();
  return reports;
}

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
