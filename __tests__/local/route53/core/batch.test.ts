// Batches as a whole: existence, values, sizes, atomicity.
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';

import { applyBatch, setsPerZoneMax } from '../../../../local/route53/core/batch.ts';
import type { Change } from '../../../../local/route53/core/record-set.ts';
import { allSets, listSets, newZone } from '../../../../local/route53/core/zone.ts';
import {
  alias,
  apply,
  create,
  emptyZone,
  nameServers,
  refusal,
  remove,
  rules,
  upsert,
  values,
  weighted,
  zoneAfter,
  zoneOfSets,
} from '../sample-zone.ts';

const www = values('www.clinic.test.', 'A', ['192.0.2.1', '192.0.2.2']);
const term = (n: number) => values('_term.clinic.test.', 'TXT', [`"${n}"`]);
const member = (id: string, weight: number, ttl = 60) =>
  values('api.clinic.test.', 'A', [`192.0.2.${weight}`], { id, ttl, routing: weighted(weight) });

const other = (list: string[], ttl = 60) => remove(values('www.clinic.test.', 'A', list, { ttl }));

describe('CREATE, UPSERT and DELETE', () => {
  test('CREATE of a set that exists is refused', () => {
    expect(refusal(zoneOfSets(www), create(www))).toEqual([
      "Tried to create resource record set [name='www.clinic.test.', type='A'] but it already exists",
    ]);
    const zone = zoneOfSets(member('r1', 1));
    expect(refusal(zone, create(member('r1', 1)))[0]).toContain(
      "[name='api.clinic.test.', type='A', set-identifier='r1'] but it already exists",
    );
    expect(apply(zone, create(member('r2', 2))).kind).toBe('applied');
  });

  test('UPSERT creates what is absent and replaces what is there', () => {
    const once = zoneAfter(emptyZone, upsert(www));
    const changed = values('www.clinic.test.', 'A', ['192.0.2.9']);
    expect(allSets(zoneAfter(once, upsert(changed))).filter(({ type }) => type === 'A')).toEqual([
      changed,
    ]);
  });

  test('DELETE must state the values and the TTL as they stand, in any order', () => {
    const zone = zoneOfSets(www);
    expect(apply(zone, other(['192.0.2.2', '192.0.2.1'])).kind).toBe('applied');
    for (const stale of [other(['192.0.2.1']), other(['192.0.2.1', '192.0.2.2'], 61)])
      expect(refusal(zone, stale)).toEqual([
        "Tried to delete resource record set [name='www.clinic.test.', type='A'] but the values provided do not match the current values",
      ]);
    expect(refusal(emptyZone, remove(www))).toEqual([
      "Tried to delete resource record set [name='www.clinic.test.', type='A'] but it was not found",
    ]);
  });

  test('DELETE must state weight, health check and alias as they stand', () => {
    const checked = { ...member('r1', 1), healthCheckId: 'hc-1' };
    const pointing = alias('go.clinic.test.', 'www.clinic.test.');
    const zone = zoneOfSets(www, checked, pointing);
    const blind = alias('go.clinic.test.', 'www.clinic.test.', { evaluate: false });
    const heavier = { ...checked, routing: weighted(2) };
    for (const stale of [member('r1', 1), heavier, blind])
      expect(refusal(zone, remove(stale))[0]).toContain('do not match the current values');
    expect(apply(zone, remove(checked), remove(pointing)).kind).toBe('applied');
  });

  test('a set cannot be deleted twice in one batch, but deleted and created again', () => {
    const zone = zoneOfSets(www);
    expect(refusal(zone, remove(www), remove(www))[0]).toContain('but it was not found');
    expect(apply(zone, remove(www), create(www)).kind).toBe('applied');
  });

  test('a stale term fails its whole batch, and the zone stays as it was', () => {
    const zone = zoneOfSets(term(41), www);
    const next = values('www.clinic.test.', 'A', ['192.0.2.7']);
    const after = zoneAfter(zone, remove(term(41)), create(term(42)), upsert(next));
    const before = listSets(after);
    expect(refusal(after, remove(term(41)), create(term(42)), upsert(www))).toEqual([
      "Tried to delete resource record set [name='_term.clinic.test.', type='TXT'] but the values provided do not match the current values",
      "Tried to create resource record set [name='_term.clinic.test.', type='TXT'] but it already exists",
    ]);
    expect(listSets(after)).toEqual(before);
  });
});

// 8 values of 4,000 characters: 15 strings of 255 and one of the rest, quoted and apart.
const long = (i: number, length: number) => {
  const strings = Array.from({ length: 15 }, () => `"${'a'.repeat(255)}"`).join(' ');
  return values(`t${i}.clinic.test.`, 'TXT', [
    `${strings} "${'b'.repeat(length - strings.length - 3)}"`,
  ]);
};

const many = (n: number) =>
  values(
    'a.clinic.test.',
    'A',
    Array.from({ length: n }, (_, i) => `10.0.${i >> 8}.${i & 255}`),
  );

describe('values', () => {
  test('the same value twice is refused, however it is spelled', () => {
    expect(
      refusal(emptyZone, create(values('a.clinic.test.', 'A', ['192.0.2.1', '192.0.2.1']))),
    ).toEqual(["Duplicate Resource Record: '192.0.2.1'"]);
    expect(
      refusal(
        emptyZone,
        create(values('a.clinic.test.', 'AAAA', ['2001:db8::1', '2001:DB8:0::1'])),
      ),
    ).toEqual(["Duplicate Resource Record: '2001:DB8:0::1'"]);
    expect(
      refusal(emptyZone, create(values('a.clinic.test.', 'MX', ['1 m.test', '1 M.test.']))),
    ).toHaveLength(1);
    expect(
      apply(emptyZone, create(values('a.clinic.test.', 'A', ['192.0.2.1', '192.0.2.2']))).kind,
    ).toBe('applied');
  });

  test('every bad value is reported at once', () => {
    expect(
      refusal(emptyZone, create(values('a.clinic.test.', 'A', ['x', '192.0.2.1', 'y']))),
    ).toEqual([
      "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'x''",
      "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'y''",
    ]);
  });

  test('CNAME and weighted sets have one value, the latter unless the rule is lifted', () => {
    const two = values('a.clinic.test.', 'A', ['192.0.2.1', '192.0.2.2'], {
      id: 'r1',
      routing: weighted(1),
    });
    expect(refusal(emptyZone, create(two))[0]).toContain('one ResourceRecord only, but found 2');
    expect(
      applyBatch(emptyZone, [create(two)], { ...rules, oneValuePerWeightedSet: false }).kind,
    ).toBe('applied');
    const names = values('a.clinic.test.', 'CNAME', ['b.test', 'c.test']);
    expect(refusal(emptyZone, create(names))[0]).toContain('one ResourceRecord only');
  });

  test('a set has at most 400 values', () => {
    expect(apply(emptyZone, create(many(400))).kind).toBe('applied');
    expect(refusal(emptyZone, create(many(401)))).toEqual([
      'Cannot have more than 400 records in a RRSet.',
    ]);
  });
});

const sets = (n: number) =>
  Array.from({ length: n }, (_, i) => values(`h${i}.clinic.test.`, 'A', ['192.0.2.1']));

describe('batch size', () => {
  test('1,000 ResourceRecord elements are allowed, UPSERT counting twice', () => {
    expect(apply(emptyZone, ...sets(1000).map(create)).kind).toBe('applied');
    expect(refusal(emptyZone, ...sets(1001).map(create))).toEqual([
      'Number of records limit of 1000 exceeded.',
    ]);
    expect(apply(emptyZone, ...sets(500).map(upsert)).kind).toBe('applied');
    expect(refusal(emptyZone, ...sets(501).map(upsert))).toEqual([
      'Number of records limit of 1000 exceeded.',
    ]);
  });

  test('32,000 characters of values are allowed, UPSERT counting twice', () => {
    const full = Array.from({ length: 8 }, (_, i) => long(i, 4000));
    const extra = values('x.clinic.test.', 'TXT', ['"c"']);
    expect(apply(emptyZone, ...full.map(create)).kind).toBe('applied');
    expect(refusal(emptyZone, ...[...full, extra].map(create))).toEqual([
      'RDATA character limit of 32000 exceeded.',
    ]);
    expect(refusal(emptyZone, ...full.slice(0, 5).map(upsert))).toEqual([
      'RDATA character limit of 32000 exceeded.',
    ]);
    expect(apply(emptyZone, ...full.slice(0, 4).map(upsert)).kind).toBe('applied');
  });

  test('a zone has at most 10,000 sets', () => {
    let zone = emptyZone;
    for (let round = 0; round < 10; round += 1)
      zone = zoneAfter(
        zone,
        ...Array.from({ length: round === 9 ? 998 : 1000 }, (_, i) =>
          create(values(`h${round}-${i}.clinic.test.`, 'A', ['192.0.2.1'])),
        ),
      );
    expect(allSets(zone)).toHaveLength(setsPerZoneMax);
    expect(refusal(zone, create(www))).toEqual([
      'Exceeded limit MAX_RRSETS_BY_ZONE for zone: Z0TEST',
    ]);
  });
});

describe('any batch', () => {
  const name = fc.constantFrom(
    'a.clinic.test.',
    'b.clinic.test.',
    'clinic.test.',
    'elsewhere.test.',
  );
  const address = fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3');
  const list = fc.array(address, { minLength: 1, maxLength: 2 });
  const ttl = fc.constantFrom(30, 60);
  const set = fc.oneof(
    fc.tuple(name, list, ttl).map(([n, v, t]) => values(n, 'A', v, { ttl: t })),
    fc
      .tuple(name, list, ttl, fc.constantFrom('r1', 'r2'), fc.constantFrom(0, 1))
      .map(([n, v, t, id, w]) => values(n, 'A', v, { ttl: t, id, routing: weighted(w) })),
    fc.tuple(name, ttl).map(([n, t]) => values(n, 'CNAME', ['x.test'], { ttl: t })),
    fc.tuple(name, name).map(([n, target]) => alias(n, target)),
  );
  const change: fc.Arbitrary<Change> = fc.record({
    action: fc.constantFrom('CREATE', 'UPSERT', 'DELETE'),
    set,
  });
  const batches = fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { maxLength: 8 });

  test('is applied whole or not at all, and what is applied could be listed and built again', () => {
    let applied = 0;
    let refused = 0;
    fc.assert(
      fc.property(batches, (all) => {
        let zone = emptyZone;
        for (const batch of all) {
          const before = JSON.stringify(listSets(zone));
          const outcome = apply(zone, ...batch);
          expect(JSON.stringify(listSets(zone))).toBe(before);
          if (outcome.kind === 'applied') {
            applied += 1;
            zone = outcome.zone;
          } else refused += 1;
        }
        // Targets before aliases: the one order a fresh zone needs.
        const own = listSets(zone).filter(({ type }) => type === 'A' || type === 'CNAME');
        const isAlias = (s: (typeof own)[number]) => s.content.kind === 'alias';
        let rebuilt = zoneAfter(
          newZone('Z0TEST', 'clinic.test.', nameServers),
          ...own.filter((s) => !isAlias(s)).map(create),
        );
        let waiting = own.filter(isAlias);
        while (waiting.length > 0) {
          const ready = waiting.filter((s) => apply(rebuilt, create(s)).kind === 'applied');
          expect(ready.length).toBeGreaterThan(0);
          for (const s of ready) rebuilt = zoneAfter(rebuilt, create(s));
          waiting = waiting.filter((s) => !ready.includes(s));
        }
        expect(listSets(rebuilt)).toEqual(listSets(zone));
      }),
      { numRuns: 300 },
    );
    expect(applied).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  test('that fails at its last change leaves nothing of the first ones behind', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (batch) => {
        const poison = remove(values('never.clinic.test.', 'A', ['192.0.2.1']));
        const before = JSON.stringify(listSets(emptyZone));
        expect(apply(emptyZone, ...batch, poison).kind).toBe('invalid');
        expect(JSON.stringify(listSets(emptyZone))).toBe(before);
      }),
    );
  });
});
