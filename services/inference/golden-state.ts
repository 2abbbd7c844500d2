// Whether a served model still answers as it was evaluated: what follows from its golden checks and the time since. Pure.
import { logitDeltaMax } from '../../models/engine/engine.ts';

/**
 * `unanswered`: the machine had no time or no worker for it, which says nothing about the model. `failed`: the check was run,
 * and came to no logit.
 */
export type GoldenOutcome =
  | { readonly kind: 'answered'; readonly delta: number }
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'failed' };

export interface GoldenRecord {
  readonly lastGoodAtMs: number;
  /** The largest |delta| in logit of the latest answered check. */
  readonly delta: number;
  readonly isDrifting: boolean;
  readonly goodInARow: number;
  readonly failedSinceGood: boolean;
}

export type GoldenState = 'good' | 'stale' | 'drifting';

const stalePeriods = 3;
/** One wrong answer is enough to stop, one right one is not enough to go on: the next may come from another worker. */
const recoveryChecks = 2;

/** A worker that starts has just answered every golden input. */
export const goodSince = (nowMs: number): GoldenRecord => ({
  lastGoodAtMs: nowMs,
  delta: 0,
  isDrifting: false,
  goodInARow: recoveryChecks,
  failedSinceGood: false,
});

export function afterCheck(
  record: GoldenRecord,
  outcome: GoldenOutcome,
  nowMs: number,
): GoldenRecord {
  if (outcome.kind === 'unanswered') return record;
  if (outcome.kind === 'failed') return { ...record, goodInARow: 0, failedSinceGood: true };
  const { delta } = outcome;
  // Written so that a NaN is wrong.
  if (!(delta <= logitDeltaMax)) return { ...record, delta, isDrifting: true, goodInARow: 0 };
  const goodInARow = record.goodInARow + 1;
  return {
    lastGoodAtMs: nowMs,
    delta,
    isDrifting: record.isDrifting && goodInARow < recoveryChecks,
    goodInARow,
    failedSinceGood: false,
  };
}

export interface GoldenTimes {
  readonly nowMs: number;
  readonly periodMs: number;
  /** When a worker last answered anything else. */
  readonly otherWorkAtMs: number;
}

/**
 * A machine that is merely slow is left to the probes at its front door, which see what users see and never empty the last
 * region. So age alone makes nothing stale: either a check was run and failed, or other work was answered all the while, within
 * the last period, and only this model's was not.
 */
export function stateOf(
  { lastGoodAtMs, isDrifting, failedSinceGood }: GoldenRecord,
  { nowMs, periodMs, otherWorkAtMs }: GoldenTimes,
): GoldenState {
  if (isDrifting) return 'drifting';
  if (nowMs - lastGoodAtMs <= stalePeriods * periodMs) return 'good';
  return failedSinceGood || nowMs - otherWorkAtMs <= periodMs ? 'stale' : 'good';
}
