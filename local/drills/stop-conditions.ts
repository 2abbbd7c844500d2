// When a drill is stopped before its end: somebody else suffers, users suffer, nobody reacts, or a person says so. Pure.
import type { Drill } from './drill.ts';
import { successWindowMs } from './drill.ts';
import type { DrillFacts } from './facts.ts';
import { findingsOf } from './findings.ts';

/** Fewer uploads of a window say nothing. */
const uploadsMin = 10;

export interface Progress {
  readonly facts: DrillFacts;
  readonly nowMs: number;
  /** By when the name servers must have left the struck region; null when nobody is to leave it. */
  readonly leftByMs: number | null;
  /** Regions that the drill strikes itself. */
  readonly targets: readonly string[];
  readonly stoppedByHand: boolean;
}

/** Why the drill must end now; null when it may go on. */
export function reasonToStop({ stop }: Drill, progress: Progress): string | null {
  const { facts, nowMs, leftByMs, targets, stoppedByHand } = progress;
  if (stoppedByHand) return 'stopped by hand';
  const fallen = stop.survivorFails ? fallenSurvivor(facts, targets) : null;
  if (fallen !== null) return `${fallen}, which the drill did not strike, is down`;
  const share = carefulShare(facts, nowMs);
  if (share !== null && share < stop.carefulSuccessMin)
    return `only ${Math.round(share * 100)} % of the careful clients' uploads of the last ${successWindowMs / 1_000} s succeeded`;
  return isLate(facts, nowMs, leftByMs)
    ? `${facts.struck} has not been left, twice as long after the fault as that may take`
    : null;
}

const isLate = (facts: DrillFacts, nowMs: number, leftByMs: number | null): boolean =>
  leftByMs !== null && nowMs > leftByMs && findingsOf(facts).dnsSeconds === null;

/** By what most vantages said last: one that is struck itself may believe anything. */
function fallenSurvivor({ verdicts, normalWeights }: DrillFacts, targets: readonly string[]) {
  const survivors = Object.keys(normalWeights).filter((id) => !targets.includes(id));
  const isDown = (region: string) => {
    const last = new Map(
      verdicts.filter((v) => v.region === region).map((v) => [v.vantage, v.standing]),
    );
    const down = [...last.values()].filter((standing) => standing === 'down').length;
    return down > last.size / 2;
  };
  return survivors.find(isDown) ?? null;
}

function carefulShare({ clients }: DrillFacts, nowMs: number): number | null {
  const recent = clients
    .filter(({ policy }) => policy === 'every')
    .flatMap(({ samples }) => samples)
    .filter(({ sentAtMs }) => sentAtMs > nowMs - successWindowMs);
  if (recent.length < uploadsMin) return null;
  return recent.filter(({ ok }) => ok).length / recent.length;
}
