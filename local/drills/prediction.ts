// What the simulator expects of a drill: the same findings over several seeds, as ranges.
import type { Fleet, Region } from '../../fleet/fleet.ts';
import type { Drill } from './drill.ts';
import { findingsOf } from './findings.ts';
import type { Findings } from './findings.ts';
import { limitsOf } from './limits.ts';
import { simulateDrill } from './simulated-drill.ts';
import type { ScheduledBlow } from './strikes.ts';

/** `never` counts the seeds in which it did not happen. */
export interface Range {
  readonly low: number | null;
  readonly high: number | null;
  readonly never: number;
}

export interface Prediction {
  readonly seeds: readonly number[];
  readonly detectionSeconds: Range;
  readonly dnsSeconds: Range;
  readonly returnSeconds: Range;
  readonly changes: Range;
  readonly carefulFailed: Range;
  readonly simpleDowntimeSeconds: Range;
  readonly violations: readonly string[];
}

export interface PredictionSettings {
  readonly fleet: Fleet;
  readonly drill: Drill;
  readonly struck: Region;
  readonly schedule: readonly ScheduledBlow[];
  readonly seeds: readonly number[];
}

export async function predict(settings: PredictionSettings): Promise<Prediction> {
  const { fleet, drill, seeds, struck, schedule } = settings;
  const afterMs = 1_000 * limitsOf(fleet, drill.detection, drill.relapses).returnSeconds;
  const outcomes = [];
  for (const seed of seeds)
    outcomes.push(
      await simulateDrill({ fleet, struck, schedule, detection: drill.detection, afterMs, seed }),
    );
  const findings = outcomes.map(({ facts }) => findingsOf(facts));
  const range = (figure: (f: Findings) => number | null) => rangeOf(findings.map(figure));
  return {
    seeds,
    detectionSeconds: range((f) => f.detectionSeconds),
    dnsSeconds: range((f) => f.dnsSeconds),
    returnSeconds: range((f) => f.returnSeconds),
    changes: range((f) => f.changes),
    carefulFailed: range((f) => failedOf(f, 'every')),
    simpleDowntimeSeconds: range(longestDowntime),
    violations: outcomes.flatMap(({ violations }) => violations),
  };
}

export const failedOf = ({ clients }: Findings, policy: string): number =>
  clients.filter((c) => c.policy === policy).reduce((sum, c) => sum + c.failed, 0);

/** Of the clients that try one address only; null when one of them was not served again. */
export function longestDowntime({ clients }: Findings): number | null {
  const simple = clients.filter(({ policy }) => policy === 'first');
  if (simple.some(({ downtimeSeconds }) => downtimeSeconds === null)) return null;
  return Math.max(0, ...simple.map(({ downtimeSeconds }) => downtimeSeconds ?? 0));
}

function rangeOf(values: readonly (number | null)[]): Range {
  const known = values.filter((value) => value !== null);
  return {
    low: known.length === 0 ? null : Math.min(...known),
    high: known.length === 0 ? null : Math.max(...known),
    never: values.length - known.length,
  };
}
