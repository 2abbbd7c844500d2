// Rules only the zone after a batch can break.
import { expect, test } from '@jest/globals';

import { allSets } from '../../../../local/route53/core/zone.ts';
import {
  alias,
  apply,
  create,
  emptyZone,
  nameServers,
  refusal,
  remove,
  upsert,
  values,
  weighted,
  zoneOfSets,
} from '../sample-zone.ts';

const www = values('www.clinic.test.', 'A', ['192.0.2.1', '192.0.2.2']);
const member = (id: string, weight: number, ttl = 60) =>
  values('api.clinic.test.', 'A', [`192.0.2.${weight}`], { id, ttl, routing: weighted(weight) });

const go = alias('go.clinic.test.', 'www.clinic.test.');

test('a weighted group has one TTL', () => {
  const zone = zoneOfSets(member('r1', 1), member('r2', 2));
  expect(refusal(zone, create(member('r3', 3, 61)))).toEqual([
    'RRSet with DNS name api.clinic.test., type A, SetIdentifier r3 cannot be created as weighted sets must contain the same TTL.',
  ]);
  expect(refusal(zone, upsert(member('r1', 1, 30)))[0]).toContain('must contain the same TTL');
  expect(apply(zone, upsert(member('r1', 1, 30)), upsert(member('r2', 2, 30))).kind).toBe(
    'applied',
  );
  expect(apply(zone, remove(member('r2', 2)), upsert(member('r1', 1, 30))).kind).toBe('applied');
});

test('the apex keeps its NS and its SOA', () => {
  const [ns, soa] = allSets(emptyZone);
  expect(refusal(emptyZone, remove(ns!))).toEqual([
    'A HostedZone must contain at least one NS record for the zone itself.',
  ]);
  expect(refusal(emptyZone, remove(soa!))).toEqual([
    'A HostedZone must contain exactly one SOA record.',
  ]);
  const shorter = values('clinic.test.', 'NS', nameServers, { ttl: 60 });
  expect(apply(emptyZone, upsert(shorter)).kind).toBe('applied');
  expect(apply(emptyZone, remove(ns!), create(shorter)).kind).toBe('applied');
});

test('a target stays while an alias needs it', () => {
  const zone = zoneOfSets(www, go);
  expect(refusal(zone, remove(www))[0]).toContain('Tried to delete the target www.clinic.test.');
  expect(apply(zone, remove(go), remove(www)).kind).toBe('applied');
  expect(apply(zone, remove(www), create(www)).kind).toBe('applied');
});

test('aliases do not lead back to themselves', () => {
  const zone = zoneOfSets(www, go);
  expect(refusal(zone, upsert(alias('www.clinic.test.', 'go.clinic.test.')))[0]).toContain(
    'leads back to itself',
  );
  expect(refusal(zone, upsert(alias('go.clinic.test.', 'go.clinic.test.')))).not.toEqual([]);
});

// 2^40 paths: walking each would never end.
const rung = (i: number) =>
  ['a', 'b'].map((id) =>
    create(
      alias(`l${i}.clinic.test.`, i === 0 ? 'www.clinic.test.' : `l${i - 1}.clinic.test.`, {
        id,
        routing: weighted(1),
      }),
    ),
  );

test('a ladder of aliases with many ways down is judged at once', () => {
  const changes = Array.from({ length: 40 }, (_, i) => rung(i)).flat();
  expect(apply(zoneOfSets(www), ...changes).kind).toBe('applied');
});
