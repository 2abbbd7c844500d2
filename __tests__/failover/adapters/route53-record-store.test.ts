// The zone at a strict Route 53: read, written, fenced, and every way in which a call can fail told apart.
import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dnsObserver } from '../../../failover/adapters/dns-observer.ts';
import { route53RecordStore } from '../../../failover/adapters/route53-record-store.ts';
import { isTransientError } from '../../../fleet/errors.ts';
import { diffRecords, peacetimeIntent, planRecords, termOf } from '../../../fleet/records.ts';
import type { Change, Intent, RecordSet } from '../../../fleet/records.ts';
import { intentWith, production } from '../../support/fleets.ts';
import { localZone } from '../../support/local-zone.ts';
import type { LocalZone } from '../../support/local-zone.ts';

const away = intentWith([0, false], [10, true], [10, true]);

/** The batch of one vantage that has read these records. */
function batch(zone: LocalZone, current: readonly RecordSet[], intent: Intent, by: string) {
  const number = termOf(current).number + 1;
  return diffRecords(current, planRecords(production, zone.deployment, intent, { number, by }));
}

describe('against a strict Route 53', () => {
  test('what was provisioned is read as planned, and a plan of the same differs by nothing', async () => {
    const zone = await localZone(production);
    const records = await zone.store().read();
    expect(records).toHaveLength(7);
    expect(termOf(records)).toEqual({ number: 1, by: 'provision' });
    expect(batch(zone, records, peacetimeIntent(production), 'vantage-dublin')).toEqual([]);
  });

  test('of two controllers that planned from one term, one writes and one is fenced, whole', async () => {
    const zone = await localZone(production);
    const [one, other] = [zone.store(), zone.store()];
    const records = await one.read();
    const outcomes = await Promise.all([
      one.write(batch(zone, records, away, 'vantage-dublin')),
      other.write(
        batch(zone, records, intentWith([80, true], [0, false], [10, true]), 'vantage-finland'),
      ),
    ]);
    expect(outcomes.map((o) => o.kind).sort()).toEqual(['fenced', 'written']);
    const winner = outcomes[0].kind === 'written' ? 'vantage-dublin' : 'vantage-finland';
    const after = await one.read();
    expect(termOf(after)).toEqual({ number: 2, by: winner });
    const zeros = after.filter((r) => r.kind === 'alias' && r.weight === 0);
    expect(zeros).toHaveLength(1);
  });

  test('the term only ever rises, however many race', async () => {
    const zone = await localZone(production);
    const stores = production.vantages.map(() => zone.store());
    const seen: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const records = await stores[0]!.read();
      seen.push(termOf(records).number);
      const intent = round % 2 === 0 ? away : peacetimeIntent(production);
      const outcomes = await Promise.all(
        stores.map((store, i) => store.write(batch(zone, records, intent, `vantage-${i}`))),
      );
      expect(outcomes.filter((o) => o.kind === 'written')).toHaveLength(1);
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('a change settles when the servers serve it, and they are asked directly', async () => {
    const zone = await localZone(production, { pendingMs: 300 });
    const store = zone.store();
    const dns = dnsObserver({ fleet: production, nameServers: zone.deployment.nameServers });
    await untilTerm(1);
    const outcome = await store.write(batch(zone, await store.read(), away, 'vantage-dublin'));
    if (outcome.kind !== 'written') throw new Error(outcome.detail);
    expect(await store.settled(outcome.changeId)).toBe(false);
    expect(termOf(await store.read()).number).toBe(2);
    expect((await dns.observe())[0]).toMatchObject({ term: 1, error: null });
    await untilTerm(2);
    expect(await store.settled(outcome.changeId)).toBe(true);
    const [view] = await dns.observe();
    expect(view!.addresses.length).toBeGreaterThan(0);
    expect(view!.addresses).not.toContain('192.0.2.10');

    async function untilTerm(term: number) {
      while ((await dns.observe())[0]?.term !== term)
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });

  test('a busy zone says so, and takes the batch later', async () => {
    const zone = await localZone(production, { processingMs: 400 });
    const store = zone.store();
    const first = batch(zone, await store.read(), away, 'vantage-dublin');
    while ((await store.write(first)).kind === 'busy')
      await new Promise((resolve) => setTimeout(resolve, 50));
    const second = batch(zone, await store.read(), peacetimeIntent(production), 'vantage-dublin');
    expect(await store.write(second)).toMatchObject({
      kind: 'busy',
      detail: expect.stringMatching(/^PriorRequestNotComplete/),
    });
  });

  test('an account that asks too often is told busy, not refused', async () => {
    const zone = await localZone(production, { requestsPerSecond: 12 });
    const store = zone.store();
    const stale = batch(zone, await store.read(), away, 'vantage-dublin');
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.write(stale)));
    const kinds = new Set(outcomes.map((o) => o.kind));
    expect(kinds.has('busy')).toBe(true);
    expect(kinds.has('refused')).toBe(false);
  });

  test('a batch that breaks a rule is refused with the words of the service', async () => {
    const zone = await localZone(production);
    const change: Change = {
      action: 'UPSERT',
      record: {
        kind: 'addresses',
        name: 'aws-paris.api.evenkeel.example',
        ttlSeconds: 60,
        addresses: ['192.0.2.1', '192.0.2.1'],
      },
    };
    expect(await zone.store().write([change])).toMatchObject({
      kind: 'refused',
      detail: expect.stringMatching(/Duplicate Resource Record/),
    });
  });

  test("somebody else's records in the zone are not read", async () => {
    const zone = await localZone(production);
    const store = zone.store();
    for (const name of ['www.evenkeel.example', 'aaa.evenkeel.example', 'zzz.evenkeel.example']) {
      const record = {
        kind: 'addresses',
        name,
        ttlSeconds: 60,
        addresses: ['192.0.2.99'],
      } as const;
      expect((await store.write([{ action: 'CREATE', record }])).kind).toBe('written');
    }
    expect(await store.read()).toHaveLength(7);
  });
});

describe('when the service does not answer as it should', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function storeAt(status: number | 'silent' | 'gone', body = '') {
    const server = createServer((request, response) => {
      if (status === 'gone') request.socket.destroy();
      else if (status !== 'silent')
        response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return route53RecordStore({
      fleet: production,
      hostedZoneId: 'Z1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      requestTimeoutMs: 200,
    });
  }

  const error = (code: string) =>
    `<?xml version="1.0"?><ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>`;

  test.each([
    ['silent', '', 'unreachable'],
    ['gone', '', 'unreachable'],
    [500, '', 'unreachable'],
    [503, error('ServiceUnavailable'), 'unreachable'],
    [400, error('Throttling'), 'busy'],
    [400, error('PriorRequestNotComplete'), 'busy'],
    [403, error('AccessDenied'), 'refused'],
    [404, error('NoSuchHostedZone'), 'refused'],
  ] as const)('%s %s makes a write %s', async (status, body, kind) => {
    const store = await storeAt(status, body);
    const record = { kind: 'text', name: 'x', ttlSeconds: 1, values: ['y'] } as const;
    expect(await store.write([{ action: 'CREATE', record }])).toMatchObject({ kind });
    expect(await store.settled('C1')).toBe(false);
    const reading = await store.read().catch((e: unknown) => e);
    expect(isTransientError(reading)).toBe(true);
    store.close();
  });
});

test('name servers that are silent, or do not exist, are said to be, each by itself', async () => {
  const zone = await localZone(production);
  const views = await dnsObserver({
    fleet: production,
    nameServers: [...zone.deployment.nameServers, '127.0.0.1:9', 'no-such-server.invalid:53'],
    timeoutMs: 100,
  }).observe();
  expect(views).toMatchObject([
    { term: 1, error: null },
    { server: '127.0.0.1:9', term: null, addresses: [], error: expect.any(String) },
    { server: 'no-such-server.invalid:53', term: null, error: expect.any(String) },
  ]);
});

test('a server that serves no such zone has no term, and that is no error of the network', async () => {
  const zone = await localZone(production);
  const elsewhere = { ...production, zone: 'other.evenkeel.example' };
  const { nameServers } = zone.deployment;
  expect(await dnsObserver({ fleet: elsewhere, nameServers }).observe()).toMatchObject([
    { term: null, addresses: [], error: null },
  ]);
});
