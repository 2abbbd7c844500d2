// The rounds of a bench: every kind as often as asked, a control for each testbed, and the same again from the same seed.
import { expect, test } from '@jest/globals';
import { schedule } from '../../../bench/failover/schedule.ts';
import { chanceFrom } from '../../../failover/simulation/seeded-chance.ts';

const plan = (seed: number) =>
  schedule(['kill', 'blackhole', 'freeze'], { rounds: 20, beds: 3 }, chanceFrom(seed));

test('each kind of fault comes up as often as asked, and every testbed has one control', () => {
  const all = plan(1).flat();
  for (const kind of ['kill', 'blackhole', 'freeze'])
    expect(all.filter(({ fault }) => fault === kind)).toHaveLength(20);
  expect(plan(1).map((bed) => bed.filter(({ fault }) => fault === 'none').length)).toEqual([
    1, 1, 1,
  ]);
});

test('kinds take turns instead of following each other in blocks', () => {
  const [bed = []] = plan(1);
  const changes = bed.filter(({ fault }, i) => fault !== bed[i - 1]?.fault).length;
  expect(changes).toBeGreaterThan(bed.length / 3);
});

test("strikes fall anywhere in a peer's interval of ten seconds", () => {
  const phases = plan(1)
    .flat()
    .map(({ phaseMs }) => phaseMs);
  expect(Math.min(...phases)).toBeLessThan(1_000);
  expect(Math.max(...phases)).toBeGreaterThan(9_000);
});

test('a seed repeats its plan', () => {
  expect(plan(5)).toEqual(plan(5));
  expect(plan(5)).not.toEqual(plan(6));
});
