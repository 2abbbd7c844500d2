import { expect, test } from '@jest/globals';
import { drillNamed } from '../../../local/drills/catalogue.ts';
import { checkedScene, refusalsOf } from '../../../local/drills/preflight.ts';
import type { RegionScene, Scene } from '../../../local/drills/preflight.ts';
import { scheduleOf } from '../../../local/drills/strikes.ts';
import { localFleet, recovery, struck } from '../../support/drills.ts';

const well = { sent: 6, succeeded: 6, slowestMs: 700 };
const region = (id: string, change: Partial<RegionScene> = {}): RegionScene => ({
  id,
  phase: 'HEALTHY',
  weight: localFleet.regions.find((r) => r.id === id)?.weight ?? 0,
  trial: id === struck.id ? null : well,
  ...change,
});
const regions = localFleet.regions.map(({ id }) => region(id));
const instead = (...changed: RegionScene[]) =>
  regions.map((r) => changed.find(({ id }) => id === r.id) ?? r);

const scene: Scene = {
  fleet: localFleet,
  drill: recovery,
  struck,
  schedule: scheduleOf(recovery, localFleet, struck),
  regions,
  vantagesAnswering: localFleet.vantages.map(({ id }) => id),
  changesLeft: 24,
  changesNeeded: 6,
  otherDrill: null,
  orders: [],
  cannot: [],
};

test('a fleet that lacks nothing may be drilled', () => {
  expect(refusalsOf(scene)).toEqual([]);
});

const away = { phase: 'DRAINED', weight: 0 };
const slow = { trial: { sent: 6, succeeded: 6, slowestMs: 2_600 } };
const shedding = { trial: { sent: 6, succeeded: 5, slowestMs: 900 } };

test.each<[string, Partial<Scene>, string]>([
  [
    'no survivor is healthy',
    { regions: instead(region('gcp-belgium', away), region('azure-frankfurt', away)) },
    'no-survivor',
  ],
  ['another drill is on', { otherDrill: 'flapping-1' }, 'drill-running'],
  ['somebody drains a region', { orders: ['drain of gcp-belgium by someone'] }, 'order-stands'],
  [
    'a region is down already',
    { regions: instead(region('gcp-belgium', away)) },
    'not-in-peacetime',
  ],
  ['a region is not judged yet', { regions: regions.slice(1) }, 'not-in-peacetime'],
  [
    'a region is below its weight',
    { regions: instead(region('aws-paris', { weight: 56 })) },
    'not-in-peacetime',
  ],
  [
    'a vantage is silent',
    { vantagesAnswering: ['vantage-dublin', 'vantage-finland'] },
    'not-in-peacetime',
  ],
  [
    'every survivor is short of capacity',
    { regions: instead(region('gcp-belgium', slow), region('azure-frankfurt', shedding)) },
    'survivor-short',
  ],
  ['the change budget is used up', { changesLeft: 5 }, 'budget-spent'],
  [
    'it would last longer than the fleet lets anything stand',
    { fleet: { ...localFleet, steering: { ...localFleet.steering, orderMsMax: 19_000 } } },
    'too-long',
  ],
  ['the fault cannot be made here', { cannot: ['no flag'] }, 'not-possible-here'],
])('it is refused when %s', (_, change, code) => {
  const refusals = refusalsOf({ ...scene, ...change });
  expect(refusals.map((refusal) => refusal.code)).toContain(code);
  expect(() => checkedScene({ ...scene, ...change })).toThrow(
    expect.objectContaining({ name: 'InputError' }),
  );
});

test('one survivor that bears the load is enough', () => {
  const one = { regions: instead(region('gcp-belgium', slow)) };
  expect(refusalsOf({ ...scene, ...one })).toEqual([]);
});

test('a drill that strikes no region needs no survivor', () => {
  const drill = drillNamed('vantage-partition');
  const short = { regions: instead(region('gcp-belgium', slow), region('azure-frankfurt', slow)) };
  expect(refusalsOf({ ...scene, ...short, drill })).toEqual([]);
});

test('every reason is told at once, the first as the cause', () => {
  const both = { ...scene, otherDrill: 'flapping-1', changesLeft: 0 };
  expect(() => checkedScene(both)).toThrow(
    expect.objectContaining({
      code: 'drill-running',
      message: expect.stringMatching(/Also: 0 changes/) as unknown as string,
    }),
  );
});
