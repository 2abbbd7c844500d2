// The tables say what the raw figures say: medians, what was never found, and that the controls found nothing.
import { expect, test } from '@jest/globals';
import type { Fault, RoundResult } from '../../../bench/failover/round.ts';
import { controlText, drainsTable, lossTable, peersTable } from '../../../bench/failover/tables.ts';

const provenance = {
  command: 'npm run bench',
  seed: 1,
  startedAt: '2026-11-21T12:00:00.000Z',
  seconds: 60,
  commit: 'abc',
  machine: '2 shared cores',
  versions: {},
  loadAverage: [1, 2] as const,
};
const round = (fault: Fault, ours: number | null, theirs: number | null): RoundResult => ({
  fault,
  region: 'aws-paris',
  struckAt: provenance.startedAt,
  loadAverage: 1,
  arms: {
    evenkeel: { detectedMs: ours, switchedMs: ours },
    gdnsd: { detectedMs: theirs, switchedMs: theirs },
  },
});
const peers = (rounds: readonly RoundResult[]) => ({
  ...provenance,
  rounds: rounds.slice(1),
  earlier: [{ ...provenance, rounds: rounds.slice(0, 1) }],
});

test('medians are of all runs, ratios of pairs, and a fault that nobody found says so', () => {
  const text = peersTable(
    peers([round('kill', 2_000, 6_000), round('kill', 3_000, 9_000), round('freeze', 4_000, null)]),
    'evenkeel',
  );
  expect(text).toContain('| killed (refuses) | evenkeel | 2 of 2 | 2.5 |');
  expect(text).toContain('| killed (refuses) | gdnsd | 2 of 2 | 7.5 |');
  expect(text).toContain('| 3.0 (3.0 to 3.0) |');
  expect(text).toContain('| frozen | gdnsd | 0 of 1 | never | never | never |');
});

test('a control in which somebody found something is an error, and is told', () => {
  expect(controlText(peers([round('none', null, null), round('none', null, null)]))).toMatch(
    /^In 2 rounds .* 0 detections and switches among 8 /,
  );
  expect(controlText(peers([round('none', null, null), round('none', 5, null)]))).toMatch(
    /reported 2 detections/,
  );
});

test('drains carry their intervals, and loss its counts', () => {
  const result = {
    link: 'usual',
    rule: 'ours',
    days: 100,
    drains: 5,
    perDay: 0.05,
    low: 0.01,
    high: 0.1,
  };
  expect(drainsTable({ ...provenance, results: [result] })).toContain(
    '| usual | 0.050 (0.010 to 0.100) in 100 |',
  );
  const stretches = [
    { lossPercent: 20, seconds: 120, arms: { gdnsd: { downs: 3, awaySeconds: 41.6 } } },
  ];
  expect(lossTable({ ...provenance, stretches })).toContain(
    '| 20 % each way | 120 | 3 times, 42 s |',
  );
});
