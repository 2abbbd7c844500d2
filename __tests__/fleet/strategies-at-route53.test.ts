// Every strategy at a strict Route 53, over its API and over DNS: taken, answered with the odds it promises, and undone.
import { describe, expect, test } from '@jest/globals';
import { Resolver } from 'node:dns/promises';
import type { Route53RecordStore } from '../../failover/adapters/route53-record-store.ts';
import type { Fleet, Strategy } from '../../fleet/fleet.ts';
import {
  diffRecords,
  isTerm,
  peacetimeIntent,
  planRecords,
  recordText,
  regionName,
  termOf,
} from '../../fleet/records.ts';
import type { Intent, RecordSet } from '../../fleet/records.ts';
import { intentWith, paris, production } from '../support/fleets.ts';
import { localZone } from '../support/local-zone.ts';
import type { LocalZone } from '../support/local-zone.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { strategies, strategy } from '../support/strategies.ts';

const single: Fleet = { ...production, strategy: strategy('single') };
const peace = peacetimeIntent(production);
const left = intentWith([0, false], [10, true], [10, true]);

interface Wanted {
  readonly zone: LocalZone;
  readonly store: Route53RecordStore;
}

/** One batch from what stands to what is wanted, as a controller writes it, without the controller's own refusals. */
async function write({ zone, store }: Wanted, of: Strategy, intent: Intent = peace) {
  const current = await store.read();
  const number = termOf(current).number + 1;
  const fleet = { ...production, strategy: of };
  const desired = planRecords(fleet, zone.deployment, intent, { number, by: 'vantage-dublin' });
  const changes = diffRecords(current, desired);
  return changes.length === 0 ? ({ kind: 'nothing' } as const) : store.write(changes);
}

const text = (records: readonly RecordSet[]) =>
  records
    .filter((r) => !isTerm(r))
    .map(recordText)
    .sort();

const lawful = strategies.filter(({ kind }) => kind !== 'literal' && kind !== 'single');

describe.each(lawful)('$kind', (of) => {
  test('is taken, follows a region that is left and returns, and leaves nothing behind', async () => {
    const zone = await localZone(single);
    const store = zone.store();
    const before = text(await store.read());
    // In peace `widen` is `single`, to the byte.
    const on = of.kind === 'widen' ? 'nothing' : 'written';
    expect((await write({ zone, store }, of)).kind).toBe(on);
    expect((await write({ zone, store }, of, left)).kind).toBe('written');
    expect((await write({ zone, store }, of)).kind).toBe('written');
    expect((await write({ zone, store }, strategy('single'))).kind).toBe(on);
    expect(text(await store.read())).toEqual(before);
  });
});

test('the literal duplicate is refused, in Route 53’s own words, and the zone stays as it was', async () => {
  const zone = await localZone(single);
  const store = zone.store();
  const before = (await store.read()).map(recordText);
  const outcome = await write({ zone, store }, strategy('literal'));
  expect(outcome.kind).toBe('refused');
  expect(outcome).toHaveProperty(
    'detail',
    expect.stringMatching(/InvalidChangeBatch.*Duplicate Resource Record: '192\.0\.2\.20'/s),
  );
  expect((await store.read()).map(recordText)).toEqual(before);
});

const draws = 600;

test.each<readonly [Strategy, number]>([
  [{ kind: 'hedge', own: 1, standby: 1 }, 1 / 2],
  [{ kind: 'hedge', own: 1, standby: 2 }, 2 / 3],
  [{ kind: 'duplicate-sets', copies: 2 }, 2 / 3],
  [{ kind: 'multi', standbyAddresses: 2 }, 2 / 5],
  [{ kind: 'weighted' }, 0],
  [{ kind: 'failover' }, 0],
])('over DNS %j begins with the standby in its share of the answers: %d', async (of, share) => {
  const zone = await localZone(single, { random: seededRandom(7) });
  await write({ zone, store: zone.store() }, of);
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${zone.dnsPort}`]);
  const theirs = zone.deployment.addresses['gcp-belgium'] ?? [];
  let standbyFirst = 0;
  for (let i = 0; i < draws; i += 1) {
    const [first = ''] = await resolver.resolve4(regionName(production, paris));
    if (theirs.includes(first)) standbyFirst += 1;
  }
  // Four standard errors of a share.
  const slack = 4 * Math.sqrt((share * (1 - share)) / draws);
  expect(Math.abs(standbyFirst / draws - share)).toBeLessThanOrEqual(slack);
});
