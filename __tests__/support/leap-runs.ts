// Pooled runs for tests of the report of the experiment.
import { runSets } from '../../bench/leap/report/run-set.ts';
import type { RunSet } from '../../bench/leap/report/run-set.ts';
import type { PublishedRun } from '../../bench/leap/report/published-runs.ts';
import type { RoundRecord } from '../../bench/leap/lab/round.ts';
import type { Row } from '../../bench/leap/row.ts';

export const labRun: PublishedRun = { folder: 'a-run', backend: 'lab', role: 'main' };

/** A round of which only the rewrite matters. */
export const leapRound = (
  arm: string,
  publishedMs: number | null,
  ttlSeconds = 10,
): RoundRecord => ({
  arm,
  ttlSeconds,
  phaseMs: 0,
  number: 0,
  fault: 'blackhole',
  killedAtMs: 1,
  detectedMs: publishedMs,
  publishedMs,
  windowMs: 40_000,
  rows: 1,
  loadAverage: 1,
});

/** The one set of a run of the lab. */
export function leapSet(
  rows: readonly Row[],
  rounds: readonly RoundRecord[] = [leapRound('single', 3_500)],
): RunSet {
  const [set, ...more] = runSets([{ run: labRun, rounds, rows }]);
  if (set === undefined || more.length > 0) throw new Error('rows of one TTL make one set');
  return set;
}
