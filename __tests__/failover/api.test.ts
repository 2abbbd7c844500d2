// The controller over HTTP: what it shows, the orders it takes, and the words in which it refuses.
import { afterEach, describe, expect, test } from '@jest/globals';
import { controllerApi, problemOf } from '../../failover/api.ts';
import type { Caller } from '../../failover/adapters/mutual-tls.ts';
import type { Role } from '../../fleet/identity.ts';
import { parseReport } from '../../failover/adapters/http-peers.ts';
import type { Status } from '../../failover/status.ts';
import { belgium, paris } from '../support/fleets.ts';
import { controllerBench } from '../support/failover-ports.ts';
import type { Bench } from '../support/failover-ports.ts';

type App = ReturnType<typeof controllerApi>;

const open: App[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()));
});

const hourMs = 3_600_000;
/** On the wall clock of the bench, which stands where it began. */
const laterMs = Date.UTC(2026, 10, 21) + hourMs;
const jane: Caller = { role: 'operator', name: 'jane', notAfterMs: laterMs };

interface Served extends Bench {
  readonly app: App;
  /** Who calls from now on. */
  caller: Caller | null;
  readonly denials: string[];
}

async function serving(beats = 2): Promise<Served> {
  const bench = await controllerBench();
  const denials: string[] = [];
  const served: { caller: Caller | null } = { caller: jane };
  const app = controllerApi(bench.controller, {
    tls: {},
    callerOf: () => served.caller,
    onDenied: ({ name }, what) => denials.push(`${name} ${what}`),
  });
  open.push(app);
  await bench.beats(beats);
  return Object.assign(served, bench, { app, denials });
}

const drain = { kind: 'drain', region: paris, reason: 'drill', forMs: 60_000 };
const order = (app: App, payload: object | string, type = 'application/json') =>
  app.inject({ method: 'POST', url: '/orders', payload, headers: { 'content-type': type } });

describe('GET', () => {
  test('/observation is a report that another vantage takes', async () => {
    const { app } = await serving();
    const { body, statusCode } = await app.inject('/observation');
    expect(statusCode).toBe(200);
    expect(parseReport(body)).toEqual({
      vantage: 'vantage-dublin',
      opinions: { 'aws-paris': 'up', 'gcp-belgium': 'up', 'azure-frankfurt': 'up' },
      ageMs: 0,
      wallMs: expect.any(Number),
      notes: {},
      orders: [],
    });
  });

  test('/observation before the first beat is a report that counts for nobody', async () => {
    const { app } = await serving(0);
    const report = parseReport((await app.inject('/observation')).body);
    expect(report?.ageMs).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('/status shows regions, vantages, servers, what is left of the budget, and what happened', async () => {
    const bench = await serving();
    const { app } = bench;
    bench.prober.dead.add(paris);
    await bench.beats(3);
    const status = (await app.inject('/status')).json<Status>();
    expect(status).toMatchObject({
      vantage: 'vantage-dublin',
      zone: 'evenkeel.example',
      term: { number: 41, by: 'start' },
      servers: [
        { server: 'ns1', term: 41 },
        { server: 'ns2', term: 41 },
      ],
      changesLeft: { leaving: 10, other: 8 },
      progress: 'nothing-to-do',
    });
    expect(status.regions[0]).toMatchObject({
      id: 'aws-paris',
      phase: 'SUSPECT',
      opinions: {
        'vantage-dublin': 'down',
        'vantage-finland': 'up',
        'vantage-amsterdam': 'up',
      },
      weight: { normal: 80, intended: 80, zone: 80 },
      usable: { intended: true, zone: true },
      probes: { ready: { failures: 3, lastFailure: 'timeout: no answer in time' } },
    });
    expect(status.vantages[2]).toEqual({
      id: 'vantage-amsterdam',
      seenMsAgo: 0,
      counts: true,
      abstains: null,
      fault: null,
    });
    expect(status.recent.map((e) => e.kind)).toContain('verdict');
  });

  test('/status before the first beat says that it knows nothing', async () => {
    const { app } = await serving(0);
    expect((await app.inject('/status')).json()).toMatchObject({
      term: null,
      progress: 'zone-unread',
      regions: [{ phase: null, verdict: null, weight: { intended: null, zone: null } }, {}, {}],
      vantages: [{ seenMsAgo: null, counts: false }, {}, {}],
    });
  });

  test('/metrics has the weights, the term and the state of orders', async () => {
    const { app } = await serving();
    await order(app, drain);
    const { body, headers } = await app.inject('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(body).toMatch(/failover_term\{vantage="vantage-dublin"\} 41/);
    expect(body).toMatch(/failover_weight\{region="aws-paris",view="zone",[^}]*\} 80/);
    expect(body).toMatch(/failover_fail_static\{[^}]*\} 0/);
    expect(body).toMatch(/failover_changes_left\{for="leaving",[^}]*\} 10/);
  });

  test('the age of an order grows until it ends', async () => {
    const bench = await serving();
    const { app } = bench;
    await order(app, drain);
    await bench.beats(30);
    const age = /failover_order_age_seconds\{region="aws-paris",[^}]*\} 30/;
    expect((await app.inject('/metrics')).body).toMatch(age);
    await bench.beats(31);
    expect((await app.inject('/metrics')).body).toMatch(
      /failover_order_age_seconds\{region="aws-paris",[^}]*\} 0/,
    );
  });
});

describe('POST /orders', () => {
  test('a drain is taken, told to the others and journalled with who and why', async () => {
    const { app, journal } = await serving();
    const response = await order(app, drain);
    expect(response.statusCode).toBe(201);
    expect(response.json()).toMatchObject({ region: paris, kind: 'drain', remainingMs: 60_000 });
    expect(parseReport((await app.inject('/observation')).body)?.orders).toHaveLength(1);
    expect(journal.entries.at(-1)).toMatchObject({ kind: 'order', actor: 'jane', reason: 'drill' });
  });

  test('whoever the sender says to be, the order is its whose certificate came with it', async () => {
    const { app } = await serving();
    await order(app, { ...drain, actor: 'somebody else' });
    expect((await app.inject('/status')).json<Status>().orders).toMatchObject([{ actor: 'jane' }]);
  });

  test('a restore needs no time and ends the drain', async () => {
    const { app } = await serving();
    await order(app, drain);
    const { forMs: _, ...rest } = drain;
    expect((await order(app, { ...rest, kind: 'restore' })).statusCode).toBe(201);
    expect((await app.inject('/status')).json<Status>().orders).toMatchObject([
      { kind: 'restore' },
    ]);
  });

  test('a freeze is an order like any other, and a drain is refused while it stands', async () => {
    const bench = await serving();
    const { app, journal } = bench;
    const given = await order(app, { kind: 'freeze', reason: 'audit', forMs: 60_000 });
    expect(given.statusCode).toBe(201);
    expect(given.json()).toMatchObject({ kind: 'freeze', actor: 'jane', remainingMs: 60_000 });
    expect(journal.entries.at(-1)).toMatchObject({ kind: 'order', about: 'the zone' });
    await bench.beats(1);
    const refused = await order(app, drain);
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({ code: 'frozen' });
  });

  test('a drain that would leave nobody is refused (I15)', async () => {
    const bench = await serving();
    const { app } = bench;
    await order(app, { ...drain, region: belgium });
    await bench.beats(1);
    expect((await order(app, drain)).statusCode).toBe(201);
    await bench.beats(1);
    const third = await order(app, { ...drain, region: 'azure-frankfurt' });
    expect(third.statusCode).toBe(409);
    expect(third.json()).toMatchObject({
      type: 'urn:problem-type:evenkeel:no-survivor',
      code: 'no-survivor',
      detail: expect.stringMatching(/No region but azure-frankfurt is up/),
    });
  });

  test('a drain before anything was seen is put off', async () => {
    const { app } = await serving(0);
    const response = await order(app, drain);
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ code: 'not-watching-yet' });
  });

  test.each([
    ['an unknown kind', { ...drain, kind: 'erase' }, 422, /"kind" is "erase"/],
    ['no kind', {}, 422, /"kind" is missing/],
    ['a list', [], 422, /"kind" is missing/],
    ['a region that is no text', { ...drain, region: 7 }, 422, /"region" is 7/],
    ['no reason', { ...drain, reason: undefined }, 422, /"reason" is missing/],
    ['an empty reason', { ...drain, reason: '' }, 422, /0 characters/],
    ['a time in words', { ...drain, forMs: '60s' }, 422, /"forMs" is "60s"/],
    ['half a millisecond', { ...drain, forMs: 0.5 }, 422, /"forMs" is 0.5/],
    ['too long a time', { ...drain, forMs: 1_800_001 }, 422, /1800001 ms/],
    ['an unknown region', { ...drain, region: 'aws-oslo' }, 422, /"aws-oslo"/],
  ])('%s is refused as a problem with its remedy', async (_, payload, status, words) => {
    const { app } = await serving();
    const response = await order(app, payload);
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(response.json()).toMatchObject({ code: 'wrong-order', status });
    expect(response.json<{ detail: string }>().detail).toMatch(words);
  });

  test.each([
    ['no JSON', '{"kind"', 'application/json', '400 malformed-json'],
    ['nothing', '', 'application/json', '400 malformed-json'],
    ['a form', 'kind=drain', 'application/x-www-form-urlencoded', '415 not-json'],
    ['plain text, as a page elsewhere could send', '{}', 'text/plain', '415 not-json'],
    ['4097 bytes', 'x'.repeat(4_097), 'application/json', '413 body-too-large'],
    ['a poisoned prototype', '{"__proto__": {}}', 'application/json', '400 malformed-json'],
  ])('%s is refused before it is read', async (_, payload, type, refusal) => {
    const { app } = await serving();
    const response = await order(app, payload, type);
    expect(`${response.statusCode} ${response.json<{ code: string }>().code}`).toBe(refusal);
  });

  test('4096 bytes are read', async () => {
    const { app } = await serving();
    const response = await order(app, JSON.stringify(drain).padEnd(4_096));
    expect(response.statusCode).toBe(201);
  });
});

describe('who may ask for what', () => {
  const asked = ['GET /observation', 'GET /metrics', 'GET /status', 'POST /orders', 'GET /admin'];

  const answers = async (caller: Caller | null) => {
    const served = await serving();
    served.caller = caller;
    const statuses: number[] = [];
    for (const line of asked) {
      const [method, url] = line.split(' ') as ['GET' | 'POST', string];
      const body = method === 'POST' ? { payload: drain } : {};
      statuses.push((await served.app.inject({ method, url, ...body })).statusCode);
    }
    return { statuses, ...served };
  };
  const as = (role: Role): Caller => ({ role, name: 'x', notAfterMs: laterMs });

  test.each([
    ['operator', as('operator'), [200, 200, 200, 201, 404]],
    ['vantage', as('vantage'), [200, 403, 403, 403, 403]],
    ['monitor', as('monitor'), [403, 200, 403, 403, 403]],
    ['nobody of this fleet', null, [403, 403, 403, 403, 403]],
    ['operator whose certificate has ended', { ...jane, notAfterMs: 0 }, [403, 403, 403, 403, 403]],
  ])('%s', async (_, caller, expected) => {
    const { statuses, controller } = await answers(caller);
    expect(statuses).toEqual(expected);
    const given = expected.includes(201) ? 1 : 0;
    expect(controller.settings.desk.standing()).toHaveLength(given);
  });

  test('a certificate is good until the moment at which it ends, and not at it', async () => {
    const served = await serving();
    served.clock.wall = laterMs - 1;
    expect((await served.app.inject('/status')).statusCode).toBe(200);
    served.clock.wall = laterMs;
    const late = await served.app.inject('/status');
    expect(late.statusCode).toBe(403);
    expect(late.json()).toMatchObject({ code: 'certificate-ended' });
    expect(late.headers['connection']).toBe('close');
  });

  test('what is denied is told with who asked', async () => {
    const { denials } = await answers({ role: 'vantage', name: 'finland', notAfterMs: laterMs });
    expect(denials).toContain('finland POST /orders: not-allowed');
  });
});

test('what does not exist is a problem too', async () => {
  const { app } = await serving(0);
  const response = await app.inject('/admin');
  expect(response.statusCode).toBe(404);
  expect(response.json()).toMatchObject({ code: 'no-such-resource' });
});

test('a bug says nothing about itself', () => {
  expect(problemOf(new Error('secret'))).toMatchObject({ status: 500, code: 'internal' });
  expect(JSON.stringify(problemOf(new Error('secret')))).not.toMatch(/secret/);
});
