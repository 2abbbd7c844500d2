// Who finds a dead region how soon, and who leaves a living one how often: points of two measurements, by rule.
import { poissonInterval, summary } from '../../failover/statistics.ts';
import type { DrainsMeasurement, PeersMeasurement } from '../../failover/tables.ts';

export interface DetectorPoint {
  readonly rule: string;
  readonly fault: string;
  readonly rounds: number;
  readonly medianSeconds: number;
  readonly p95Seconds: number;
  readonly drains: number;
  readonly days: number;
  readonly perDay: number;
  readonly low: number;
  readonly high: number;
}

export interface DetectorPoints {
  readonly points: readonly DetectorPoint[];
  /** Rules of one measurement that the other does not have. */
  readonly leftOut: readonly string[];
}

/** The rule of the false drains that the arm of the peers runs, where the two have different names. */
const ruleOfArm: Readonly<Record<string, string>> = { evenkeel: 'evenkeel, 2 of 3 vantages' };
const faultNames: Readonly<Record<string, string>> = {
  kill: 'killed',
  blackhole: 'blackholed',
  freeze: 'frozen',
};

export function detectorPoints(
  drains: Pick<DrainsMeasurement, 'results'>,
  peers: Pick<PeersMeasurement, 'rounds' | 'earlier'>,
  link = 'usual',
): DetectorPoints {
  const rounds = [...peers.earlier.flatMap((run) => run.rounds), ...peers.rounds];
  const arms = Object.keys(rounds[0]?.arms ?? {});
  const results = drains.results.filter((result) => result.link === link);
  const points = arms.flatMap((arm) => {
    const rule = ruleOfArm[arm] ?? arm;
    const counted = results.find((result) => result.rule === rule);
    if (counted === undefined) return [];
    const { drains: count, days } = counted;
    const { low, high } = poissonInterval(count);
    return Object.entries(faultNames).flatMap(([fault, name]): readonly DetectorPoint[] => {
      const found = rounds
        .filter((round) => round.fault === fault)
        .flatMap(({ arms: of }) => of[arm]?.detectedMs ?? []);
      if (found.length === 0) return [];
      const { median, p95 } = summary(found.map((ms) => ms / 1_000));
      const often = {
        drains: count,
        days,
        perDay: count / days,
        low: low / days,
        high: high / days,
      };
      const seconds = { medianSeconds: median, p95Seconds: p95 };
      return [{ rule, fault: name, rounds: found.length, ...seconds, ...often }];
    });
  });
  const shown = new Set(points.map(({ rule }) => rule));
  const rules = [...results.map(({ rule }) => rule), ...arms.map((arm) => ruleOfArm[arm] ?? arm)];
  return { points, leftOut: [...new Set(rules)].filter((rule) => !shown.has(rule)) };
}
