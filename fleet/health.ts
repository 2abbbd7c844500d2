// Health in plain values: one probe's result, one vantage's opinion, and how opinions of several vantages combine.
import type { RegionId, VantageId } from './fleet.ts';

export type ProbeFailure =
  'timeout' | 'refused' | 'reset' | 'tls' | 'status' | 'wrong-answer' | 'unreachable';

export type ProbeResult =
  | { readonly ok: true; readonly region: RegionId; readonly atMs: number; readonly tookMs: number }
  | {
      readonly ok: false;
      readonly region: RegionId;
      readonly atMs: number;
      readonly tookMs: number;
      readonly failure: ProbeFailure;
      readonly detail: string;
    };

/** What one vantage believes about one region. */
export type Opinion = 'up' | 'down' | 'unknown';

/** Consecutive results at one vantage. Asymmetric on purpose: quick to doubt, slow to trust again. */
export interface Streak {
  readonly opinion: Opinion;
  readonly successes: number;
  readonly failures: number;
  readonly lastAtMs: number;
  readonly lastFailure: string | null;
}

export interface Thresholds {
  /** Consecutive failures before `up` becomes `down`. */
  readonly failuresToDown: number;
  /** Consecutive successes before `down` becomes `up`; also failures before `unknown` becomes `down`. */
  readonly successesToUp: number;
}

export const freshStreak: Streak = {
  opinion: 'unknown',
  successes: 0,
  failures: 0,
  lastAtMs: Number.NEGATIVE_INFINITY,
  lastFailure: null,
};

/**
 * Adds one result to a streak. A vantage that has just started is itself in doubt (it may still be starting, on a busy
 * machine), so it needs as long to condemn a region it has never seen as to trust one again.
 *
 * | opinion | result  | next                                        |
 * |---------|---------|---------------------------------------------|
 * | unknown | success | up                                          |
 * | unknown | failure | down after `successesToUp`, else unknown    |
 * | up      | failure | down after `failuresToDown`, else up        |
 * | down    | success | up after `successesToUp`, else down         |
 */
export function addResult(streak: Streak, result: ProbeResult, thresholds: Thresholds): Streak {
  const successes = result.ok ? streak.successes + 1 : 0;
  const failures = result.ok ? 0 : streak.failures + 1;
  return {
    opinion: opinionAfter(streak.opinion, successes, failures, thresholds),
    successes,
    failures,
    lastAtMs: result.atMs,
    lastFailure: result.ok ? streak.lastFailure : `${result.failure}: ${result.detail}`,
  };
}

function opinionAfter(
  before: Opinion,
  successes: number,
  failures: number,
  { failuresToDown, successesToUp }: Thresholds,
): Opinion {
  if (failures >= (before === 'unknown' ? successesToUp : failuresToDown)) return 'down';
  if (before === 'down') return successes >= successesToUp ? 'up' : 'down';
  return successes > 0 ? 'up' : before;
}

/** One vantage's opinions, with their age: an old opinion is no opinion. */
export interface Observation {
  readonly vantage: VantageId;
  readonly opinions: Readonly<Record<string, Opinion>>;
  readonly ageMs: number;
}

export type Verdict =
  | { readonly kind: 'up' }
  | { readonly kind: 'down'; readonly vantages: readonly VantageId[] }
  | { readonly kind: 'unknown'; readonly why: 'no-quorum' | 'too-few-vantages' };

/**
 * Combines what the vantages see of a region. A vantage that is silent, stale or undecided counts for nobody.
 *
 * | fresh opinions            | verdict                   |
 * |---------------------------|---------------------------|
 * | >= quorum say down        | down                      |
 * | >= quorum say up          | up                        |
 * | fewer than quorum opine   | unknown: too-few-vantages |
 * | otherwise (they disagree) | unknown: no-quorum        |
 */
export function combine(
  region: RegionId,
  observations: readonly Observation[],
  { quorum, ageMsMax }: { readonly quorum: number; readonly ageMsMax: number },
): Verdict {
  const fresh = observations.filter((o) => o.ageMs <= ageMsMax);
  const saying = (opinion: Opinion) =>
    fresh.filter((o) => o.opinions[region] === opinion).map((o) => o.vantage);
  const down = saying('down');
  const up = saying('up');
  if (down.length >= quorum) return { kind: 'down', vantages: down };
  if (up.length >= quorum) return { kind: 'up' };
  const why = down.length + up.length < quorum ? 'too-few-vantages' : 'no-quorum';
  return { kind: 'unknown', why };
}
