// The zone as data: what is published for an intent, what is read back, and the one batch between two zones.
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Fleet } from '../../fleet/fleet.ts';
import {
  diffRecords,
  intentOf,
  isTerm,
  parseTerm,
  peacetimeIntent,
  planRecords,
  recordText,
  termOf,
  termText,
} from '../../fleet/records.ts';
import type { Intent, RecordSet } from '../../fleet/records.ts';
import {
  belgium,
  deploymentOf,
  intentWith,
  paris,
  production,
  withRegion,
} from '../support/fleets.ts';

const deployment = deploymentOf(production);
const term = { number: 41, by: 'vantage-dublin' };
const plan = (intent: Intent, fleet: Fleet = production, number = 41) =>
  planRecords(fleet, deployment, intent, { ...term, number });
const peace = peacetimeIntent(production);
const single: Fleet = { ...production, strategy: { kind: 'single' } };

const addressesOf = (records: readonly RecordSet[], region: string) =>
  records.flatMap((r) =>
    r.kind === 'addresses' && r.name === `${region}.api.evenkeel.example` ? r.addresses : [],
  );

/** All but the term, which grows with every change. */
const bytes = (records: readonly RecordSet[]) => JSON.stringify(records.filter((r) => !isTerm(r)));

describe('in peacetime', () => {
  test('one weighted alias per region leads to the region and carries its health check', () => {
    expect(plan(peace).filter((r) => r.kind === 'alias')).toEqual([
      {
        kind: 'alias',
        name: 'api.evenkeel.example',
        setIdentifier: 'aws-paris',
        weight: 80,
        target: 'aws-paris.api.evenkeel.example',
        healthCheckId: 'check-aws-paris',
        evaluateTargetHealth: true,
      },
      expect.objectContaining({ setIdentifier: 'gcp-belgium', weight: 10 }),
      expect.objectContaining({ setIdentifier: 'azure-frankfurt', weight: 10 }),
    ]);
  });

  test('a region publishes its own addresses and then one of its first standby', () => {
    expect(addressesOf(plan(peace), paris)).toEqual([
      '192.0.2.10',
      '192.0.2.11',
      '192.0.2.12',
      '192.0.2.20',
    ]);
    expect(addressesOf(plan(peace, single), paris)).toEqual([
      '192.0.2.10',
      '192.0.2.11',
      '192.0.2.12',
    ]);
  });

  test('more standby addresses than the standby has are as many as it has, never one twice', () => {
    const four: Fleet = { ...production, strategy: { kind: 'multi', standbyAddresses: 4 } };
    expect(addressesOf(plan(peace, four), paris).slice(3)).toEqual(['192.0.2.20', '192.0.2.21']);
  });

  test('a standby that shares an address with the region adds no duplicate', () => {
    const shared = { ...deployment.addresses, [belgium]: ['192.0.2.10', '192.0.2.21'] };
    const records = planRecords(production, { ...deployment, addresses: shared }, peace, term);
    expect(addressesOf(records, paris)).toEqual([
      '192.0.2.10',
      '192.0.2.11',
      '192.0.2.12',
      '192.0.2.21',
    ]);
  });

  test('an alias follows the set it leads to, as Route 53 reads a batch in order', () => {
    expect(plan(peace).map((r) => r.kind)).toEqual([
      'text',
      ...Array<string>(3).fill('addresses'),
      ...Array<string>(3).fill('alias'),
    ]);
  });

  test('a deployment without health check ids publishes aliases without them', () => {
    const records = planRecords(production, { ...deployment, healthCheckIds: {} }, peace, term);
    expect(records.flatMap((r) => (r.kind === 'alias' ? r.healthCheckId : []))).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('when a region is not usable', () => {
  test('its users are told the first standby, and one address of the second', () => {
    const records = plan(intentWith([0, false], [10, true], [10, true]));
    expect(addressesOf(records, paris)).toEqual(['192.0.2.20', '192.0.2.21', '192.0.2.30']);
  });

  test('a standby that is not usable either is passed over', () => {
    const records = plan(intentWith([0, false], [0, false], [10, true]));
    expect(addressesOf(records, paris)).toEqual(['192.0.2.30', '192.0.2.31']);
    expect(addressesOf(records, belgium)).toEqual(['192.0.2.30', '192.0.2.31']);
  });

  test('with no declared standby usable, any region that is stands in', () => {
    const fleet = withRegion(production, paris, { standby: [belgium] });
    const records = plan(intentWith([0, false], [0, false], [10, true]), fleet);
    expect(addressesOf(records, paris)).toEqual(['192.0.2.30', '192.0.2.31']);
  });

  test('with nobody usable everything is published as in peacetime: it fails open', () => {
    const nobody = plan(intentWith([0, false], [0, false], [0, false]));
    for (const { id } of production.regions)
      expect(addressesOf(nobody, id)).toEqual(addressesOf(plan(peace), id));
  });
});

describe('the strategy', () => {
  test('single to multi and back restores the zone byte for byte (I17)', () => {
    fc.assert(
      fc.property(arbitraryIntent(), fc.integer({ min: 1, max: 4 }), (intent, standbyAddresses) => {
        const multi: Fleet = { ...production, strategy: { kind: 'multi', standbyAddresses } };
        const before = plan(intent, single, 1);
        const widened = applied(before, plan(intent, multi, 2));
        const after = applied(widened, plan(intent, single, 3));
        expect(bytes(after)).toBe(bytes(before));
      }),
    );
  });

  test('single publishes a subset of multi, so that no cached answer becomes wrong', () => {
    fc.assert(
      fc.property(arbitraryIntent(), (intent) => {
        for (const { id } of production.regions)
          expect(addressesOf(plan(intent), id)).toEqual(
            expect.arrayContaining([...addressesOf(plan(intent, single), id)]),
          );
      }),
    );
  });
});

describe('the intent read back from the zone', () => {
  test('is the one that was published, with any strategy', () => {
    fc.assert(
      fc.property(arbitraryIntent(), (intent) => {
        // With nobody usable everything is published, which nothing can tell from peacetime.
        fc.pre(Object.values<Intent[keyof Intent]>(intent).some((r) => r.usable));
        for (const fleet of [production, single])
          expect(intentOf(fleet, deployment, plan(intent, fleet))).toEqual(intent);
      }),
    );
  });

  test('of a zone without any member of api is peacetime', () => {
    expect(intentOf(production, deployment, [])).toEqual(peace);
  });

  test('of a zone that lost one member is a region that was left', () => {
    const records = plan(peace).filter((r) => !recordText(r).includes('aws-paris'));
    expect(intentOf(production, deployment, records)[paris]).toEqual({ weight: 0, usable: false });
  });
});

describe('the difference between two zones', () => {
  const left = intentWith([0, false], [10, true], [10, true]);

  test('is nothing when only the term differs', () => {
    expect(diffRecords(plan(peace), plan(peace, production, 42))).toEqual([]);
  });

  test('is the fence and then only what differs', () => {
    const changes = diffRecords(plan(peace), plan(left, production, 42));
    expect(changes.map(({ action, record }) => `${action} ${recordText(record)}`)).toEqual([
      'DELETE _term.api.evenkeel.example 1 TXT "term=41 by=vantage-dublin"',
      'CREATE _term.api.evenkeel.example 1 TXT "term=42 by=vantage-dublin"',
      'UPSERT aws-paris.api.evenkeel.example 60 A 192.0.2.20 192.0.2.21 192.0.2.30',
      'UPSERT api.evenkeel.example aws-paris weight 0 alias aws-paris.api.evenkeel.example check check-aws-paris sighted',
    ]);
  });

  test('the order of addresses is no difference, their TTL is', () => {
    const turned = plan(peace).map((r) =>
      r.kind === 'addresses' ? { ...r, addresses: r.addresses.toReversed() } : r,
    );
    expect(diffRecords(turned, plan(peace))).toEqual([]);
    const slower = plan(peace).map((r) => (r.kind === 'addresses' ? { ...r, ttlSeconds: 61 } : r));
    expect(diffRecords(slower, plan(peace)).filter((c) => c.action === 'UPSERT')).toHaveLength(3);
  });

  test('in an empty zone it creates the term without deleting one, and everything else', () => {
    const changes = diffRecords([], plan(peace));
    expect(changes.map((c) => c.action)).toEqual(['CREATE', ...Array<string>(6).fill('UPSERT')]);
  });

  test("leaves other people's records alone", () => {
    const theirs: RecordSet = {
      kind: 'addresses',
      name: 'www.evenkeel.example',
      ttlSeconds: 300,
      addresses: ['198.51.100.1'],
    };
    const changes = diffRecords([...plan(peace), theirs], plan(left, production, 42));
    expect(changes.some((c) => c.record.name.startsWith('www'))).toBe(false);
  });
});

describe('the term', () => {
  test('is read as it was written', () => {
    expect(parseTerm(termText(term))).toEqual(term);
    expect(termOf(plan(peace))).toEqual(term);
  });

  test.each(['', 'term=41', 'term=-1 by=x', 'term=41 by=x y', 'term=1e3 by=x', 'TERM=1 by=x'])(
    'anything else is no term: "%s"',
    (text) => {
      expect(parseTerm(text)).toBeNull();
    },
  );

  test('an illegible or missing one counts as 0 by nobody', () => {
    expect(termOf([])).toEqual({ number: 0, by: 'nobody' });
  });
});

const arbitraryIntent = () =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.boolean()), {
      minLength: 3,
      maxLength: 3,
    })
    .map((three) => intentWith(...three));

const keyOf = (r: RecordSet) => (r.kind === 'alias' ? `${r.name} ${r.setIdentifier}` : r.name);

/** What a zone holds after the batch between it and the desired one. */
function applied(current: readonly RecordSet[], desired: readonly RecordSet[]) {
  const zone = new Map(current.map((r) => [keyOf(r), r] as const));
  for (const { action, record } of diffRecords(current, desired))
    if (action === 'DELETE') zone.delete(keyOf(record));
    else zone.set(keyOf(record), record);
  return [...zone.values()];
}
