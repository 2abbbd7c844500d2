import { expect, test } from '@jest/globals';
import { judge } from '../../../local/drills/criteria.ts';
import type { Criterion } from '../../../local/drills/drill.ts';
import type { DrillFacts } from '../../../local/drills/facts.ts';
import { findingsOf } from '../../../local/drills/findings.ts';
import { limitsOf } from '../../../local/drills/limits.ts';
import { rollbackOf } from '../../../local/drills/rollback.ts';
import type { Snapshot } from '../../../local/drills/rollback.ts';
import { killedAndBack, localFleet, peacetime, recovery, upload } from '../../support/drills.ts';

const [every, first] = killedAndBack.clients as [
  DrillFacts['clients'][number],
  DrillFacts['clients'][number],
];

function verdict(criterion: Criterion, change: Partial<DrillFacts> = {}, after?: Snapshot) {
  const [judgement] = judge(
    { ...recovery, criteria: [criterion] },
    {
      struck: 'aws-paris',
      limits: limitsOf(localFleet, 'readiness', 0),
      findings: findingsOf({ ...killedAndBack, ...change }),
      rollback: rollbackOf(peacetime, after ?? peacetime),
    },
  );
  return judgement?.passed;
}

const lost = { clients: [{ ...every, samples: [...every.samples, upload(10, false)] }, first] };
const jump = (paris: number) => ({
  zone: [
    ...killedAndBack.zone.slice(0, 2),
    { atMs: 34_000, term: 3, weights: { ...killedAndBack.normalWeights, 'aws-paris': paris } },
  ],
});
const alsoBelgium = {
  zone: [
    ...killedAndBack.zone,
    { atMs: 51_000, term: 7, weights: { ...killedAndBack.normalWeights, 'gcp-belgium': 0 } },
  ],
};

test.each<[Criterion, Partial<DrillFacts>, string]>([
  [{ kind: 'careful-success', share: 1 }, lost, 'a careful client loses one upload'],
  [{ kind: 'careful-success', share: 0.5 }, { clients: [first] }, 'no careful client sent any'],
  [{ kind: 'detected' }, { verdicts: [] }, 'nobody noticed'],
  [{ kind: 'left' }, { answers: [{ atMs: 9_000, own: false }] }, 'the answers changed too late'],
  [
    { kind: 'simple-recovery' },
    { clients: [{ ...first, samples: [upload(1, false), upload(30, false), upload(31, true)] }] },
    'a simple client was away for longer than detection, DNS and TTL explain',
  ],
  [
    { kind: 'simple-recovery' },
    { clients: [{ ...first, samples: [upload(1, false)] }] },
    'a simple client never came back',
  ],
  [{ kind: 'nobody-left' }, {}, 'the struck region was left'],
  [{ kind: 'survivors-kept' }, alsoBelgium, 'a survivor was left too'],
  [{ kind: 'changes-at-most', count: 4 }, {}, 'the zone changed once too often'],
  [{ kind: 'staged-return' }, jump(80), 'the region came back at once'],
  [{ kind: 'staged-return' }, { zone: killedAndBack.zone.slice(0, 2) }, 'it did not come back'],
  [{ kind: 'returned' }, jump(8), 'it stayed below its weight'],
])('%j fails when %3$s', (criterion, change) => {
  expect(verdict(criterion, change)).toBe(false);
});

test.each<Criterion>([
  { kind: 'careful-success', share: 1 },
  { kind: 'detected' },
  { kind: 'left' },
  { kind: 'simple-recovery' },
  { kind: 'survivors-kept' },
  { kind: 'changes-at-most', count: 5 },
  { kind: 'staged-return' },
  { kind: 'returned' },
  { kind: 'rolled-back' },
])('%j holds for a failover as it should be', (criterion) => {
  expect(verdict(criterion)).toBe(true);
});

test('a drill that left something behind has not passed', () => {
  expect(
    verdict({ kind: 'rolled-back' }, {}, { ...peacetime, faults: ['kill of aws-paris'] }),
  ).toBe(false);
});

test('a fleet that probes more slowly is given longer to notice', () => {
  const slower = { ...localFleet, probe: { ...localFleet.probe, intervalMs: 2_000 } };
  const seconds = (fleet: typeof localFleet) => limitsOf(fleet, 'readiness', 0).detectSeconds ?? 0;
  expect(seconds(slower)).toBeGreaterThan(seconds(localFleet));
});
