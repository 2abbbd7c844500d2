// Where a record set may stand.
import { describe, expect, test } from '@jest/globals';

import {
  alias,
  apply,
  create,
  emptyZone,
  refusal,
  remove,
  upsert,
  values,
  weighted,
  zoneAfter,
  zoneOfSets,
} from '../sample-zone.ts';

const www = values('www.clinic.test.', 'A', ['192.0.2.1', '192.0.2.2']);
const member = (id: string, weight: number, ttl = 60) =>
  values('api.clinic.test.', 'A', [`192.0.2.${weight}`], { id, ttl, routing: weighted(weight) });

const go = alias('go.clinic.test.', 'www.clinic.test.');

const located = (id: string, country: string) =>
  values('g.clinic.test.', 'A', ['192.0.2.9'], {
    id,
    routing: { kind: 'geolocation', location: { country } },
  });

const role = (id: string, of: 'PRIMARY' | 'SECONDARY', check: string | null = 'hc-1') =>
  values('api.clinic.test.', 'A', ['192.0.2.9'], {
    id,
    ...(check !== null && { check }),
    routing: { kind: 'failover', role: of },
  });

const latency = (id: string, region: string) =>
  values('l.clinic.test.', 'A', ['192.0.2.9'], { id, routing: { kind: 'latency', region } });

describe('groups', () => {
  test('a simple set and a routed one do not stand side by side', () => {
    const simple = values('api.clinic.test.', 'A', ['192.0.2.9']);
    expect(refusal(zoneOfSets(member('r1', 1)), create(simple))).toEqual([
      'RRSet with DNS name api.clinic.test., type A cannot be created as other RRSets exist with the same name and type.',
    ]);
    expect(refusal(zoneOfSets(simple), upsert(member('r1', 1)))).toEqual([
      'RRSet with DNS name api.clinic.test., type A, SetIdentifier r1 cannot be created as a non-weighted set exists with the same name and type.',
    ]);
    expect(apply(zoneOfSets(simple), remove(simple), create(member('r1', 1))).kind).toBe('applied');
  });

  test('two routing policies do not mix', () => {
    const primary = values('api.clinic.test.', 'A', ['192.0.2.9'], {
      id: 'p',
      routing: { kind: 'failover', role: 'PRIMARY' },
    });
    expect(refusal(zoneOfSets(member('r1', 1)), create(primary))[0]).toContain(
      'a non-failover set exists',
    );
  });

  test('there is one PRIMARY and one SECONDARY', () => {
    const zone = zoneOfSets(role('a', 'PRIMARY'), role('b', 'SECONDARY'));
    expect(refusal(zone, create(role('c', 'PRIMARY')))[0]).toContain('failover type PRIMARY');
    expect(refusal(zone, create(role('c', 'SECONDARY')))[0]).toContain('failover type SECONDARY');
  });

  test('a primary has a health check, unless it is an alias; a secondary may go without', () => {
    expect(refusal(emptyZone, create(role('a', 'PRIMARY', null)))).toEqual([
      'A non-alias primary ResourceRecordSet must have an associated health check.',
    ]);
    const primary = { id: 'p', routing: { kind: 'failover', role: 'PRIMARY' } } as const;
    const led = alias('api.clinic.test.', 'www.clinic.test.', primary);
    for (const set of [led, role('a', 'PRIMARY'), role('b', 'SECONDARY', null)])
      expect(apply(zoneOfSets(www), create(set)).kind).toBe('applied');
  });

  test('a region and a location appear once', () => {
    const zone = zoneOfSets(latency('a', 'us-east-1'), located('a', 'DE'));
    expect(refusal(zone, create(latency('b', 'us-east-1')))).toEqual([
      'RRSet with DNS name l.clinic.test., type A, SetIdentifier b, and Region Name=us-east-1 cannot be created because a latency RRSet with the same name, type and Region Name=us-east-1 already exists.',
    ]);
    expect(refusal(zone, create(located('b', 'DE')))).toHaveLength(1);
    expect(apply(zone, create(latency('b', 'eu-west-1')), create(located('b', 'FR'))).kind).toBe(
      'applied',
    );
  });

  test('a group has at most 100 sets', () => {
    const sets = Array.from({ length: 100 }, (_, i) => create(member(`r${i}`, i)));
    const zone = zoneAfter(emptyZone, ...sets);
    expect(refusal(zone, create(member('more', 1)))).toEqual([
      'Cannot have more than 100 RRSets with the same name and type.',
    ]);
  });

  test('an unknown health check fails the batch', () => {
    expect(apply(emptyZone, create({ ...member('r1', 1), healthCheckId: 'nope' }))).toEqual({
      kind: 'no-such-health-check',
      healthCheckId: 'nope',
    });
    expect(apply(emptyZone, create({ ...member('r1', 1), healthCheckId: 'hc-1' })).kind).toBe(
      'applied',
    );
  });
});

describe('places in the zone', () => {
  const cname = values('www.clinic.test.', 'CNAME', ['other.test']);

  test('names outside the zone are refused', () => {
    expect(refusal(emptyZone, create(values('myclinic.test.', 'A', ['192.0.2.1'])))).toEqual([
      'RRSet with DNS name myclinic.test. is not permitted in zone clinic.test.',
    ]);
  });

  test('a CNAME stands alone, and not at the apex', () => {
    expect(refusal(zoneOfSets(www), create(cname))).toEqual([
      'RRSet of type CNAME with DNS name www.clinic.test. is not permitted as it conflicts with other records with the same DNS name in zone clinic.test.',
    ]);
    expect(refusal(zoneOfSets(cname), create(www))).toEqual([
      'RRSet of type A with DNS name www.clinic.test. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone clinic.test.',
    ]);
    expect(refusal(emptyZone, create({ ...cname, name: 'clinic.test.' }))[0]).toContain(
      'not permitted at apex',
    );
  });

  test('a change of kind is deleted first and created second', () => {
    expect(apply(zoneOfSets(www), remove(www), create(cname)).kind).toBe('applied');
    expect(refusal(zoneOfSets(www), create(cname), remove(www))[0]).toContain('conflicts');
  });

  test('SOA and NS are plain, SOA at the apex only', () => {
    const soaValue = 'ns.test. host.test. 1 7200 900 1209600 86400';
    expect(refusal(emptyZone, create(values('x.clinic.test.', 'SOA', [soaValue])))).toHaveLength(1);
    expect(
      refusal(
        emptyZone,
        create(values('x.clinic.test.', 'NS', ['ns.test'], { id: 'a', routing: weighted(1) })),
      ),
    ).toHaveLength(1);
    expect(apply(emptyZone, create(values('x.clinic.test.', 'NS', ['ns.test']))).kind).toBe(
      'applied',
    );
  });
});

describe('aliases', () => {
  test('the target exists, with the same type, when its turn comes', () => {
    expect(apply(zoneOfSets(www), create(go)).kind).toBe('applied');
    expect(apply(emptyZone, create(www), create(go)).kind).toBe('applied');
    const missing =
      'Tried to create an alias that targets www.clinic.test., type A in zone Z0TEST, but that target was not found';
    expect(refusal(emptyZone, create(go), create(www))).toEqual([missing]);
    expect(refusal(zoneOfSets(values('www.clinic.test.', 'AAAA', ['::1'])), create(go))).toEqual([
      missing,
    ]);
  });

  test('the target lies in the same zone', () => {
    expect(refusal(emptyZone, create(alias('go.clinic.test.', 'elsewhere.test.')))).toEqual([
      'Tried to create an alias that targets elsewhere.test., type A in zone Z0TEST, but the alias target name does not lie within the target zone',
      'Tried to create an alias that targets elsewhere.test., type A in zone Z0TEST, but that target was not found',
    ]);
    expect(
      refusal(
        zoneOfSets(www),
        create(alias('go.clinic.test.', 'www.clinic.test.', { zone: 'ZOTHER' })),
      ),
    ).toHaveLength(2);
  });
});
