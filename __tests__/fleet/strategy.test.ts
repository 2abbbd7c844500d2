// What each strategy publishes: the odds of meeting the standby, what Route 53's rules allow, and that it can be undone.
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { AddressSet } from '../../fleet/address-set.ts';
import type { Fleet, Strategy } from '../../fleet/fleet.ts';
import {
  addressesAt,
  diffRecords,
  intentOf,
  isTerm,
  peacetimeIntent,
  planRecords,
  recordIdentity,
} from '../../fleet/records.ts';
import type { Intent, RecordSet } from '../../fleet/records.ts';
import { refusals } from '../../fleet/refusals.ts';
import { regionSets, spreadWeights } from '../../fleet/strategy.ts';
import {
  belgium,
  deploymentOf,
  frankfurt,
  intentWith,
  paris,
  production,
} from '../support/fleets.ts';
import { strategies, strategy } from '../support/strategies.ts';

const deployment = deploymentOf(production);
const peace = peacetimeIntent(production);
const parisName = 'aws-paris.api.evenkeel.example';
const withStrategy = (of: Strategy): Fleet => ({ ...production, strategy: of });
const plan = (of: Strategy, intent: Intent = peace, number = 1) =>
  planRecords(withStrategy(of), deployment, intent, { number, by: 'vantage-dublin' });

const east = { region: 'east', addresses: ['192.0.2.1'], healthCheckId: 'check-east' };
const west = {
  region: 'west',
  addresses: ['192.0.2.2', '192.0.2.3'],
  healthCheckId: 'check-west',
};
const told = {
  name: 'east.api.test',
  ttlSeconds: 60,
  own: east,
  standby: west,
  isSuspect: false,
};
const lines = (sets: readonly AddressSet[]) =>
  sets.map(({ addresses, member }) => {
    if (member === undefined) return addresses.join(' ');
    const { setIdentifier, routing, healthCheckId } = member;
    const how = routing.kind === 'weighted' ? routing.weight : routing.role;
    return `${setIdentifier} ${how} ${addresses.join(' ')} ${healthCheckId}`;
  });

describe('the record plan of', () => {
  test.each<readonly [string, Strategy, readonly string[]]>([
    ['single', { kind: 'single' }, ['192.0.2.1']],
    [
      'a failover pair',
      { kind: 'failover' },
      [
        'primary PRIMARY 192.0.2.1 check-east',
        'secondary SECONDARY 192.0.2.2 192.0.2.3 check-west',
      ],
    ],
    [
      'weights',
      { kind: 'weighted' },
      [
        'east-1 255 192.0.2.1 check-east',
        'west-1 0 192.0.2.2 check-west',
        'west-2 0 192.0.2.3 check-west',
      ],
    ],
    [
      'a hedge of 1 : 1',
      { kind: 'hedge', own: 1, standby: 1 },
      [
        'east-1 2 192.0.2.1 check-east',
        'west-1 1 192.0.2.2 check-west',
        'west-2 1 192.0.2.3 check-west',
      ],
    ],
    [
      'two duplicate set identifiers',
      { kind: 'duplicate-sets', copies: 2 },
      [
        'east-1 1 192.0.2.1 check-east',
        'west-1 1 192.0.2.2 check-west',
        'west-2 1 192.0.2.3 check-west',
      ],
    ],
    ['multi {E,W}', { kind: 'multi', standbyAddresses: 1 }, ['192.0.2.1 192.0.2.2']],
    ['multi {E,W,W2}', { kind: 'multi', standbyAddresses: 2 }, ['192.0.2.1 192.0.2.2 192.0.2.3']],
    ['the literal duplicate', { kind: 'literal', copies: 2 }, ['192.0.2.1 192.0.2.2 192.0.2.2']],
    ['widen, in peace', { kind: 'widen', ttlSeconds: 2 }, ['192.0.2.1']],
  ])('%s', (_, of, expected) => {
    expect(lines(regionSets(of, told))).toEqual(expected);
  });

  test('duplicate sets over one standby address is that address under two identifiers', () => {
    const one = { ...told, standby: { ...west, addresses: ['192.0.2.2'] } };
    expect(lines(regionSets({ kind: 'duplicate-sets', copies: 2 }, one)).slice(1)).toEqual([
      'west-1 1 192.0.2.2 check-west',
      'west-2 1 192.0.2.2 check-west',
    ]);
  });

  test('widen, once somebody suspects the region: both, for two seconds', () => {
    expect(regionSets({ kind: 'widen', ttlSeconds: 2 }, { ...told, isSuspect: true })).toEqual([
      {
        kind: 'addresses',
        name: 'east.api.test',
        ttlSeconds: 2,
        addresses: ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
      },
    ]);
  });

  test.each(strategies)('$kind, with nobody to stand in, is single', (of) => {
    const lonely = { ...told, standby: null };
    expect(regionSets(of, lonely)).toEqual(regionSets({ kind: 'single' }, lonely));
    // A standby of the same addresses has nothing to add.
    const shadow = { ...told, standby: { ...west, addresses: east.addresses } };
    expect(lines(regionSets(of, shadow))).toEqual(['192.0.2.1']);
  });
});

/** Of all answers, how many begin with the standby: members by weight, values of one set in any order. */
function standbyShare(sets: readonly AddressSet[], standby: readonly string[]): number {
  const weightOf = ({ member }: AddressSet) =>
    member === undefined ? 1 : member.routing.kind === 'weighted' ? member.routing.weight : 0;
  const total = sets.reduce((sum, set) => sum + weightOf(set), 0);
  return sets.reduce((sum, set) => {
    const theirs = set.addresses.filter((a) => standby.includes(a)).length;
    return sum + (weightOf(set) / total) * (theirs / set.addresses.length);
  }, 0);
}

const place = (region: string, count: number, block: number) => ({
  region,
  addresses: Array.from({ length: count }, (_, i) => `192.0.2.${block + i}`),
  healthCheckId: null,
});
const counts = fc.integer({ min: 1, max: 8 });
const shares = fc.integer({ min: 1, max: 31 });

describe('the odds', () => {
  test('of a hedge are its shares, however many addresses each side has, in weights Route 53 takes', () => {
    fc.assert(
      fc.property(shares, shares, counts, counts, (own, standby, ownCount, standbyCount) => {
        const two = { own: place('east', ownCount, 0), standby: place('west', standbyCount, 100) };
        const sets = regionSets({ kind: 'hedge', own, standby }, { ...told, ...two });
        expect(standbyShare(sets, two.standby.addresses)).toBeCloseTo(standby / (own + standby), 9);
        for (const { member, addresses } of sets) {
          const { weight } = member!.routing as { readonly weight: number };
          expect(Number.isInteger(weight) && weight >= 1 && weight <= 255).toBe(true);
          expect(addresses).toHaveLength(1);
        }
      }),
    );
  });

  test('of duplicate set identifiers are those of a hedge: duplicates are no extra magic', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), counts, counts, (copies, ownCount, count) => {
        const two = { own: place('east', ownCount, 0), standby: place('west', count, 100) };
        const share = (of: Strategy) =>
          standbyShare(regionSets(of, { ...told, ...two }), two.standby.addresses);
        const hedged = share({ kind: 'hedge', own: 1, standby: copies });
        expect(share({ kind: 'duplicate-sets', copies })).toBeCloseTo(hedged, 9);
        expect(hedged).toBeCloseTo(copies / (1 + copies), 9);
      }),
    );
  });

  test('weights are the smallest that say it', () => {
    expect(spreadWeights([1, 3], [1, 2])).toEqual({ own: 2, standby: 3 });
    expect(spreadWeights([2, 2], [4, 4])).toEqual({ own: 1, standby: 1 });
  });
});

const keyed = (records: readonly RecordSet[]) =>
  new Map(records.map((r) => [recordIdentity(r), r] as const));

/** Route 53 in brief: in order, no simple set beside a member, one kind of group at a name, one PRIMARY, exact DELETE. */
function applied(current: readonly RecordSet[], desired: readonly RecordSet[]) {
  const zone = keyed(current);
  for (const { action, record } of diffRecords(current, desired)) {
    const key = recordIdentity(record);
    if (action === 'DELETE') {
      expect(zone.get(key)).toEqual(record);
      zone.delete(key);
      continue;
    }
    zone.set(key, record);
    if (record.kind !== 'addresses') continue;
    const group = [...zone.values()].filter(
      (r): r is AddressSet => r.kind === 'addresses' && r.name === record.name,
    );
    const kinds = new Set(group.map(({ member }) => member?.routing.kind ?? 'simple'));
    expect(kinds.size).toBe(1);
    const roles = group.flatMap(({ member }) =>
      member?.routing.kind === 'failover' ? [member.routing.role] : [],
    );
    expect(new Set(roles).size).toBe(roles.length);
  }
  return [...zone.values()];
}

/** All but the term, which grows with every change; a zone has no order of its own. */
const bytes = (records: readonly RecordSet[]) =>
  JSON.stringify(
    records
      .filter((r) => !isTerm(r))
      .toSorted((a, b) => recordIdentity(a).localeCompare(recordIdentity(b))),
  );

const arbitraryIntent = () =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.boolean()), { minLength: 3, maxLength: 3 })
    .map((three) => intentWith(...three));

const lawful = strategies.filter(({ kind }) => kind !== 'literal');

describe('on, and off again', () => {
  test('any strategy in place of any other, and back: the zone is as it was, byte for byte (I17)', () => {
    fc.assert(
      fc.property(
        arbitraryIntent(),
        fc.constantFrom(...lawful),
        fc.constantFrom(...lawful),
        (intent, one, other) => {
          const before = plan(one, intent, 1);
          const on = applied(before, plan(other, intent, 2));
          expect(bytes(on)).toBe(bytes(plan(other, intent, 2)));
          expect(bytes(applied(on, plan(one, intent, 3)))).toBe(bytes(before));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('with any strategy, any change of intent ends in exactly what is planned for it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...lawful),
        arbitraryIntent(),
        arbitraryIntent(),
        (of, from, to) => {
          expect(bytes(applied(plan(of, from, 1), plan(of, to, 2)))).toBe(bytes(plan(of, to, 2)));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('the intent is read back from the zone under every strategy', () => {
    fc.assert(
      fc.property(fc.constantFrom(...lawful), arbitraryIntent(), (of, intent) => {
        fc.pre(Object.values<Intent[keyof Intent]>(intent).some((r) => r.usable));
        expect(intentOf(withStrategy(of), deployment, plan(of, intent))).toEqual(intent);
      }),
    );
  });
});

describe('what may not be published', () => {
  const left = intentWith([0, false], [10, true], [10, true]);
  const judged = (of: Strategy, intent = peace, from = plan(strategy('single'))) =>
    refusals({
      fleet: withStrategy(of),
      deployment,
      intent,
      current: from,
      desired: plan(of, intent, 2),
    }).map(({ code }) => code);

  test.each(lawful)('$kind is not refused, in peace or with a region left', (of) => {
    expect(judged(of)).toEqual([]);
    expect(judged(of, left, plan(of))).toEqual([]);
  });

  test('the literal duplicate is', () => {
    expect(new Set(judged(strategy('literal')))).toEqual(new Set(['duplicate-value']));
  });

  test('a widened region may have a short TTL while it is suspected, under no other strategy', () => {
    const suspected: Intent = { ...peace, [paris]: { weight: 80, usable: true, isSuspect: true } };
    const widen = strategy('widen');
    const desired = plan(widen, suspected, 2);
    expect(addressesAt(desired, parisName)).toContain('192.0.2.20');
    const proposal = { deployment, intent: suspected, current: plan(widen), desired };
    expect(refusals({ ...proposal, fleet: withStrategy(widen) })).toEqual([]);
    expect(
      refusals({ ...proposal, fleet: withStrategy(strategy('multi')) }).map(({ code }) => code),
    ).toEqual(['mixed-ttl']);
  });

  test('a failover pair whose primary has no health check is', () => {
    const failover = withStrategy(strategy('failover'));
    const unchecked = { ...deployment, healthCheckIds: { [belgium]: 'b', [frankfurt]: 'f' } };
    const desired = planRecords(failover, unchecked, peace, { number: 2, by: 'vantage-dublin' });
    const found = refusals({
      fleet: failover,
      deployment: unchecked,
      intent: peace,
      current: [],
      desired,
    });
    expect(found.map(({ code }) => code)).toEqual(['unchecked-primary']);
    expect(found[0]?.found).toBe(`${parisName} would have a primary without a health check`);
  });

  test('a member with a weight that Route 53 does not take is', () => {
    const desired = plan(strategy('hedge'), peace, 2).map((r): RecordSet => {
      if (r.kind !== 'addresses' || r.member === undefined) return r;
      return { ...r, member: { ...r.member, routing: { kind: 'weighted', weight: 256 } } };
    });
    const codes = refusals({
      fleet: withStrategy(strategy('hedge')),
      deployment,
      intent: peace,
      current: [],
      desired,
    }).map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['weight-out-of-range']));
  });
});
