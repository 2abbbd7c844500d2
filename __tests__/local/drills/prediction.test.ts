// The simulator holds drills with the real controllers: what it expects repeats from its seeds and stands within the limits.
import { expect, test } from '@jest/globals';
import { drillNamed } from '../../../local/drills/catalogue.ts';
import { judge } from '../../../local/drills/criteria.ts';
import { findingsOf } from '../../../local/drills/findings.ts';
import { limitsOf } from '../../../local/drills/limits.ts';
import { predict } from '../../../local/drills/prediction.ts';
import { rollbackOf } from '../../../local/drills/rollback.ts';
import { simulateDrill } from '../../../local/drills/simulated-drill.ts';
import { scheduleOf } from '../../../local/drills/strikes.ts';
import { localFleet as fleet, peacetime, struck } from '../../support/drills.ts';

const predicted = (name: string, seeds: readonly number[]) => {
  const drill = drillNamed(name);
  return predict({ fleet, drill, struck, schedule: scheduleOf(drill, fleet, struck), seeds });
};

test('the same seeds predict the same, to the last figure', async () => {
  expect(await predicted('operator-drain', [7, 8])).toEqual(
    await predicted('operator-drain', [7, 8]),
  );
});

test('another seed is another run', async () => {
  const one = await predicted('operator-drain', [1]);
  const others = await Promise.all([2, 3, 4].map((seed) => predicted('operator-drain', [seed])));
  expect(others.map(({ returnSeconds }) => returnSeconds)).not.toEqual(
    others.map(() => one.returnSeconds),
  );
});

test.each([
  'multi-region-isolation',
  'multi-region-recovery',
  'vantage-loss',
  'vantage-partition',
  'operator-drain',
  'control-plane-loss',
])('by prediction %s passes', async (name) => {
  const drill = drillNamed(name);
  const limits = limitsOf(fleet, drill.detection, drill.relapses);
  const { facts, violations } = await simulateDrill({
    fleet,
    struck,
    schedule: scheduleOf(drill, fleet, struck),
    detection: drill.detection,
    afterMs: 1_000 * limits.returnSeconds,
    seed: 11,
  });
  expect(violations).toEqual([]);
  const findings = findingsOf(facts);
  const rollback = rollbackOf(peacetime, peacetime);
  const judgements = judge(drill, { struck: struck.id, limits, findings, rollback });
  expect(judgements.filter(({ passed }) => !passed)).toEqual([]);
});

test('simple clients are predicted to suffer where careful ones do not', async () => {
  const { carefulFailed, simpleDowntimeSeconds } = await predicted('multi-region-isolation', [1]);
  expect(carefulFailed.high).toBe(0);
  expect(simpleDowntimeSeconds.low).toBeGreaterThan(0);
});

test('with nobody able to write, health checks leave the region later than controllers would', async () => {
  const [byChecks, byWriting] = [
    await predicted('control-plane-loss', [3]),
    await predicted('multi-region-isolation', [3]),
  ];
  expect(byChecks.changes.high).toBe(0);
  expect(byChecks.dnsSeconds.low).toBeGreaterThan((byWriting.dnsSeconds.high ?? 0) + 10);
});
