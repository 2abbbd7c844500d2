// Safety rules that cannot be kept, or that nobody could lift, are found before anything is built.
import { expect, test } from '@jest/globals';
import { safetyFaults } from '../../fleet/check-safety.ts';
import { fleetFor } from '../../fleet/environments.ts';
import { environmentNames, regionId } from '../../fleet/fleet.ts';
import type { SafetyRule } from '../../fleet/safety-rules.ts';
import { belgium, paris, production } from '../support/fleets.ts';

const faults = (...safetyRules: readonly SafetyRule[]) =>
  safetyFaults({ ...production, steering: { ...production.steering, safetyRules } }).map(
    ({ found }) => found,
  );
const atLeast = (count: number, ...ids: readonly string[]): SafetyRule => ({
  name: 'pair',
  kind: 'assertAtLeast',
  count,
  regions: ids.map(regionId),
});
const wait = (waitMs: number): SafetyRule => ({ name: 'settle', kind: 'wait', waitMs });
const capacity = (utilisationMax: number, spareInstances = 1): SafetyRule => ({
  name: 'survivors',
  kind: 'capacity',
  utilisationMax,
  spareInstances,
});

test.each(environmentNames)('%s has rules, and none of them is wrong', (name) => {
  const fleet = fleetFor(name);
  expect(safetyFaults(fleet)).toEqual([]);
  expect(fleet.steering.safetyRules.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['assertAtLeast', 'gate', 'wait']),
  );
});

test.each<readonly [RegExp, readonly SafetyRule[]]>([
  [/asks for 2 of 2 regions/, [atLeast(2, paris, belgium)]],
  [/asks for 0 of 2 regions/, [atLeast(0, paris, belgium)]],
  [/asks for 1.5 of 3/, [atLeast(1.5, paris, belgium, 'azure-frankfurt')]],
  [/unknown region "oslo"/, [atLeast(1, paris, 'oslo')]],
  [/names a region twice/, [atLeast(1, paris, paris, belgium)]],
  [/waits 0 ms/, [wait(0)]],
  [/waits 600001 ms/, [wait(600_001)]],
  [/utilisation of 0$/, [capacity(0)]],
  [/utilisation of 1.1/, [capacity(1.1)]],
  [/-1 instances to spare/, [capacity(0.7, -1)]],
  [/two safety rules are named "settle"/, [wait(1), wait(2)]],
  [/is named "Settle"/, [{ ...wait(1), name: 'Settle' }]],
  [/17 safety rules/, Array.from({ length: 17 }, (_, i) => ({ ...wait(1), name: `w${i}` }))],
])('%s', (words, rules) => {
  expect(faults(...rules).join('\n')).toMatch(words);
});

test('what stands at the edge of what is allowed is allowed', () => {
  expect(faults(atLeast(1, paris, belgium), wait(600_000), capacity(1, 0))).toEqual([]);
});
