// Answers from a zone.
import { describe, expect, test } from '@jest/globals';

import type { RecordSet } from '../../../../local/route53/core/record-set.ts';
import { newZone, type Zone } from '../../../../local/route53/core/zone.ts';
import { chainLengthMax, resolve } from '../../../../local/route53/dns/resolve.ts';
import { alias, emptyZone, nameServers, values, weighted, zoneOfSets } from '../sample-zone.ts';

const a = (name: string, ...list: string[]) => values(`${name}.clinic.test.`, 'A', list);

const ask = (zone: Zone, name: string, type = 'A', sick: readonly string[] = []) =>
  resolve(
    new Map([[zone.name, zone]]),
    { name: `${name}.`, owner: name, type },
    { random: () => 0.5, place: {}, isHealthy: (id) => !sick.includes(id) },
  );

const data = (zone: Zone, name: string, type = 'A', sick: readonly string[] = []) =>
  ask(zone, name, type, sick).answers.map((record) => record.data);

describe('names that are there', () => {
  test('answer with authority', () => {
    expect(ask(zoneOfSets(a('www', '192.0.2.1')), 'www.clinic.test')).toEqual({
      rcode: 'NOERROR',
      authoritative: true,
      answers: [{ name: 'www.clinic.test', type: 'A', ttlSeconds: 60, data: '192.0.2.1' }],
      authorities: [],
      additionals: [],
    });
  });

  test('have no data of another type: NODATA with the SOA, its TTL the lesser of its own and MINIMUM', () => {
    const found = ask(zoneOfSets(a('www', '192.0.2.1')), 'www.clinic.test', 'AAAA');
    expect(found).toMatchObject({ rcode: 'NOERROR', authoritative: true, answers: [] });
    expect(found.authorities).toMatchObject([
      { type: 'SOA', name: 'clinic.test', ttlSeconds: 900 },
    ]);
    const soa = values('clinic.test.', 'SOA', ['ns.test. host.test. 1 7200 900 1209600 30'], {
      ttl: 900,
    });
    const short: Zone = { ...emptyZone, sets: new Map([['clinic.test.', [soa]]]) };
    expect(ask(short, 'nope.clinic.test').authorities).toMatchObject([{ ttlSeconds: 30 }]);
  });

  test('may be empty, with names below: NODATA, not NXDOMAIN', () => {
    const zone = zoneOfSets(a('a.b', '192.0.2.1'));
    expect(ask(zone, 'b.clinic.test').rcode).toBe('NOERROR');
    expect(ask(zone, 'c.clinic.test').rcode).toBe('NXDOMAIN');
  });

  test('of no type we know are NODATA', () => {
    expect(ask(emptyZone, 'clinic.test', 'UNKNOWN_65280')).toMatchObject({
      rcode: 'NOERROR',
      answers: [],
    });
  });
});

describe('names that are not there', () => {
  test('are NXDOMAIN with the SOA', () => {
    const found = ask(emptyZone, 'nope.clinic.test');
    expect(found).toMatchObject({ rcode: 'NXDOMAIN', authoritative: true, answers: [] });
    expect(found.authorities).toMatchObject([{ type: 'SOA' }]);
  });

  test('outside our zones are REFUSED without authority', () => {
    expect(ask(emptyZone, 'example.test')).toMatchObject({
      rcode: 'REFUSED',
      authoritative: false,
    });
    expect(ask(emptyZone, 'test')).toMatchObject({ rcode: 'REFUSED' });
  });
});

describe('wildcards', () => {
  const zone = zoneOfSets(a('\\052', '192.0.2.1'), a('www', '192.0.2.2'), a('x.sub', '192.0.2.3'));

  test('cover what is not there, however deep, under the name that was asked', () => {
    expect(ask(zone, 'p.q.clinic.test').answers).toMatchObject([
      { name: 'p.q.clinic.test', data: '192.0.2.1' },
    ]);
  });

  test('do not cover what is there, nor what lies below something that is there', () => {
    expect(data(zone, 'www.clinic.test')).toEqual(['192.0.2.2']);
    expect(ask(zone, 'www.clinic.test', 'TXT')).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(ask(zone, 'nope.sub.clinic.test').rcode).toBe('NXDOMAIN');
    expect(ask(zone, 'sub.clinic.test')).toMatchObject({ rcode: 'NOERROR', answers: [] });
  });
});

const cname = (name: string, target: string) => values(`${name}.clinic.test.`, 'CNAME', [target]);

describe('CNAME', () => {
  test('is followed inside our zones', () => {
    const zone = zoneOfSets(
      cname('a', 'b.clinic.test'),
      cname('b', 'c.clinic.test'),
      a('c', '192.0.2.1'),
    );
    expect(ask(zone, 'a.clinic.test').answers.map(({ name, data: d }) => [name, d])).toEqual([
      ['a.clinic.test', 'b.clinic.test'],
      ['b.clinic.test', 'c.clinic.test'],
      ['c.clinic.test', '192.0.2.1'],
    ]);
    expect(data(zone, 'a.clinic.test', 'CNAME')).toEqual(['b.clinic.test']);
  });

  test('is left to the resolver outside, and ends in NXDOMAIN when its target is not there', () => {
    const zone = zoneOfSets(cname('out', 'www.example.test'), cname('lost', 'nope.clinic.test'));
    expect(ask(zone, 'out.clinic.test')).toMatchObject({ rcode: 'NOERROR', authoritative: true });
    const lost = ask(zone, 'lost.clinic.test');
    expect(lost).toMatchObject({ rcode: 'NXDOMAIN', answers: [{ data: 'nope.clinic.test' }] });
  });

  test('is followed 16 times, then SERVFAIL', () => {
    const chain = (length: number) =>
      zoneOfSets(
        ...Array.from({ length }, (_, i) => cname(`c${i}`, `c${i + 1}.clinic.test`)),
        a(`c${length}`, '192.0.2.1'),
      );
    expect(data(chain(chainLengthMax), 'c0.clinic.test').at(-1)).toBe('192.0.2.1');
    expect(ask(chain(chainLengthMax + 1), 'c0.clinic.test').rcode).toBe('SERVFAIL');
    const loop = zoneOfSets(cname('x', 'y.clinic.test'), cname('y', 'x.clinic.test'));
    expect(ask(loop, 'x.clinic.test').rcode).toBe('SERVFAIL');
  });
});

const step = (i: number) =>
  ['a', 'b'].map((id) =>
    alias(`l${i}.clinic.test.`, i === 0 ? 'leaf.clinic.test.' : `l${i - 1}.clinic.test.`, {
      id,
      routing: weighted(1),
    }),
  );

describe('delegation', () => {
  const zone = zoneOfSets(
    values('sub.clinic.test.', 'NS', ['ns.sub.clinic.test', 'ns.elsewhere.test']),
    a('ns.sub', '192.0.2.53'),
    a('www.sub', '192.0.2.1'),
  );

  test('refers below an NS set, with glue and without authority', () => {
    const found = ask(zone, 'www.sub.clinic.test');
    expect(found).toMatchObject({ rcode: 'NOERROR', authoritative: false, answers: [] });
    expect(found.authorities.map(({ name, type }) => [name, type])).toEqual([
      ['sub.clinic.test', 'NS'],
      ['sub.clinic.test', 'NS'],
    ]);
    expect(found.additionals).toMatchObject([{ name: 'ns.sub.clinic.test', data: '192.0.2.53' }]);
  });
});

const region = (name: string, check?: string): RecordSet =>
  values(`${name}.api.clinic.test.`, 'A', [`192.0.2.${name.slice(1)}`], {
    ttl: 15,
    ...(check && { check }),
  });

const member = (name: string, weight: number, extras: object = {}) =>
  alias('api.clinic.test.', `${name}.api.clinic.test.`, {
    id: name,
    routing: weighted(weight),
    ...extras,
  });

const inner = (id: string, check: string) =>
  values('in.clinic.test.', 'A', [`192.0.2.${id}`], { id, check, routing: weighted(1) });

describe('aliases', () => {
  test("answer with the target's data and TTL under their own name", () => {
    const zone = zoneOfSets(region('r1'), member('r1', 255));
    expect(ask(zone, 'api.clinic.test').answers).toEqual([
      { name: 'api.clinic.test', type: 'A', ttlSeconds: 15, data: '192.0.2.1' },
    ]);
  });

  test('step aside when the target is unhealthy and they evaluate it', () => {
    const zone = zoneOfSets(
      region('r1', 'hc1'),
      region('r2', 'hc2'),
      member('r1', 255),
      member('r2', 1),
    );
    expect(data(zone, 'api.clinic.test')).toEqual(['192.0.2.1']);
    expect(data(zone, 'api.clinic.test', 'A', ['hc1'])).toEqual(['192.0.2.2']);
    expect(data(zone, 'api.clinic.test', 'A', ['hc1', 'hc2'])).toEqual(['192.0.2.1']);
  });

  test('keep answering when they do not evaluate it', () => {
    const zone = zoneOfSets(
      region('r1', 'hc1'),
      region('r2'),
      member('r1', 255, { evaluate: false }),
      member('r2', 0),
    );
    expect(data(zone, 'api.clinic.test', 'A', ['hc1'])).toEqual(['192.0.2.1']);
  });

  test('have a health check of their own beside it', () => {
    const zone = zoneOfSets(
      region('r1'),
      region('r2'),
      member('r1', 255, { check: 'hc1' }),
      member('r2', 0),
    );

    expect(data(zone, 'api.clinic.test', 'A', ['hc1'])).toEqual(['192.0.2.2']);
  });

  test('are healthy while any set of the group they lead to is', () => {
    const zone = zoneOfSets(
      inner('11', 'hc1'),
      inner('12', 'hc2'),
      a('backup', '192.0.2.99'),
      alias('api.clinic.test.', 'in.clinic.test.', {
        id: 'p',
        routing: { kind: 'failover', role: 'PRIMARY' },
      }),
      alias('api.clinic.test.', 'backup.clinic.test.', {
        id: 's',
        routing: { kind: 'failover', role: 'SECONDARY' },
      }),
    );
    expect(data(zone, 'api.clinic.test', 'A', ['hc1'])).toEqual(['192.0.2.12']);
    expect(data(zone, 'api.clinic.test', 'A', ['hc1', 'hc2'])).toEqual(['192.0.2.99']);
  });

  test('with two ways down at each of 15 steps are judged once each', () => {
    const leaf = values('leaf.clinic.test.', 'A', ['192.0.2.1'], {
      id: 'x',
      check: 'hc1',
      routing: weighted(1),
    });
    const zone = zoneOfSets(leaf, ...Array.from({ length: 15 }, (_, i) => step(i)).flat());
    let asked = 0;
    const found = resolve(
      new Map([[zone.name, zone]]),
      { name: 'l14.clinic.test.', owner: 'l14.clinic.test', type: 'A' },
      {
        random: () => 0,
        place: {},
        isHealthy: () => {
          asked += 1;
          return false;
        },
      },
    );
    expect(found.answers).toHaveLength(1);
    expect(asked).toBeLessThan(10);
  });
});

test('several values come in an order that chance decides', () => {
  const zone = zoneOfSets(a('www', '192.0.2.1', '192.0.2.2'));
  const first = (random: () => number) =>
    resolve(
      new Map([[zone.name, zone]]),
      { name: 'www.clinic.test.', owner: 'www.clinic.test', type: 'A' },
      { random, place: {}, isHealthy: () => true },
    ).answers[0]?.data;
  expect(first(() => 0.9)).toBe('192.0.2.1');
  expect(first(() => 0.1)).toBe('192.0.2.2');
});

test('the longest zone that fits answers', () => {
  const below = newZone('Z2', 'sub.clinic.test.', nameServers);
  const zones = new Map([emptyZone, below].map((zone) => [zone.name, zone]));
  const around = { random: () => 0, place: {}, isHealthy: () => true };
  const found = resolve(
    zones,
    { name: 'x.sub.clinic.test.', owner: 'x.sub.clinic.test', type: 'A' },
    around,
  );
  expect(found.authorities).toMatchObject([{ name: 'sub.clinic.test' }]);
});
