// One seeded run from its seed alone, and what a failing one is reduced to: the fewest faults that still fail, with a trace.
import type { Fleet } from '../../fleet/fleet.ts';
import { faultPlan, faultText } from './faults.ts';
import type { Fault } from './faults.ts';
import type { Violation } from './inspector.ts';
import { chanceFrom } from './seeded-chance.ts';
import { World } from './world.ts';
import type { RunResult } from './world.ts';

export interface SimulationSettings {
  readonly fleet: Fleet;
  readonly seed: number;
  readonly hours: number;
  /** Mean time from one episode of faults to the next. */
  readonly calmHours: number;
}

export interface Failure {
  readonly violation: Violation;
  readonly faults: readonly Fault[];
  readonly trace: readonly string[];
}

const hourMs = 3_600_000;
/** After the last fault, so that what must have healed by then is judged too. */
const afterglowMs = 4 * hourMs;
const shrinkRunsMax = 80;
const traceLinesMax = 60;

export function plannedFaults({
  fleet,
  seed,
  hours,
  calmHours,
}: SimulationSettings): readonly Fault[] {
  const settings = {
    untilMs: Math.max(0, hours * hourMs - afterglowMs),
    calmMs: calmHours * hourMs,
  };
  return faultPlan(fleet, chanceFrom(seed), settings);
}

export const simulate = (settings: SimulationSettings): Promise<RunResult> =>
  runWith(settings, plannedFaults(settings));

const runWith = (
  { fleet, seed, hours }: SimulationSettings,
  faults: readonly Fault[],
  onEvent?: (atMs: number, text: string) => void,
): Promise<RunResult> =>
  new World({ fleet, seed, faults, ...(onEvent === undefined ? {} : { onEvent }) }).run(
    hours * hourMs,
  );

/** Null where the run does not fail. First everything after the violation goes, then every fault it does not need. */
export async function shrunkFailure(settings: SimulationSettings): Promise<Failure | null> {
  const failing = (await simulate(settings)).violations[0];
  if (failing === undefined) return null;
  let faults = plannedFaults(settings).filter(({ atMs }) => atMs <= failing.atMs);
  const stillFails = async (candidate: readonly Fault[]) =>
    (await runWith(settings, candidate)).violations.some((v) => v.invariant === failing.invariant);
  let runs = 0;
  for (
    let size = Math.ceil(faults.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  )
    for (let from = 0; from < faults.length && runs < shrinkRunsMax; runs += 1) {
      const without = [...faults.slice(0, from), ...faults.slice(from + size)];
      if (await stillFails(without)) faults = without;
      else from += size;
    }
  const lines: string[] = [];
  const final = await runWith(settings, faults, (atMs, text) =>
    lines.push(`${(atMs / 1_000).toFixed(3)} s  ${text}`),
  );
  const violation = final.violations.find((v) => v.invariant === failing.invariant) ?? failing;
  return { violation, faults, trace: lines.slice(-traceLinesMax) };
}

export function failureText({ violation, faults, trace }: Failure): string {
  const { invariant, atMs, text } = violation;
  return [
    `${invariant} at ${(atMs / 1_000).toFixed(3)} s: ${text}`,
    `${faults.length} faults suffice:`,
    ...faults.map((fault) => `  ${faultText(fault)}`),
    'trace:',
    ...trace.map((line) => `  ${line}`),
  ].join('\n');
}
