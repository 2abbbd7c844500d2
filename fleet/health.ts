// Health in plain values: one probe's result, one vantage's opinion, and how opinions of several vantages combine.
import type { LossyPolicy, RegionId, VantageId } from './fleet.ts';

export type ProbeFailure =
  'timeout' | 'refused' | 'reset' | 'tls' | 'status' | 'wrong-answer' | 'unreachable';

/** How one probe ended, whatever it probed. */
export type Outcome = { readonly atMs: number; readonly tookMs: number } & (
  | { readonly ok: true }
  | { readonly ok: false; readonly failure: ProbeFailure; readonly detail: string }
);

export type ProbeResult = Outcome & { readonly region: RegionId };

/** What one vantage believes about one region. */
export type Opinion = 'up' | 'down' | 'unknown';

/**
 * How far a vantage trusts what it probes.
 * - `new`: never seen to answer.
 * - `returning`: it answers again, and not yet for long enough.
 */
type Stage = 'new' | 'up' | 'down' | 'returning';

/** The results of one probe at one vantage. Asymmetric on purpose: quick to doubt, slow to trust again. */
export interface Streak {
  readonly opinion: Opinion;
  readonly stage: Stage;
  /** In a row. */
  readonly successes: number;
  readonly failures: number;
  readonly lastAtMs: number;
  readonly lastFailure: string | null;
  /** The last `lossy.of` results, the newest in the lowest bit: 1 is a failure. */
  readonly failureBits: number;
  readonly isLossy: boolean;
}

export interface Thresholds {
  /** Consecutive failures before `up` becomes `down`. */
  readonly failuresToDown: number;
  /** Consecutive successes before a region that was down is `up`; also failures before a new one becomes `down`. */
  readonly successesToUp: number;
  readonly lossy: LossyPolicy;
}

export const freshStreak: Streak = {
  opinion: 'unknown',
  stage: 'new',
  successes: 0,
  failures: 0,
  lastAtMs: Number.NEGATIVE_INFINITY,
  lastFailure: null,
  failureBits: 0,
  isLossy: false,
};

/** I2's minute: a vantage that was stopped for longer must not add what it met before to what it meets now. */
const memoryMsMax = 60_000;

/**
 * Adds one result to a streak. A vantage that has just started is itself in doubt (it may still be starting, on a busy
 * machine), so it needs as long to condemn a region it has never seen as to trust one again. It bears witness against a
 * region only while it sees it fail: two vantages whose links blink one after the other never make a quorum.
 *
 * | stage     | result  | next                                       | opinion |
 * |-----------|---------|--------------------------------------------|---------|
 * | new       | success | up                                         | unknown |
 * | new       | failure | down after `successesToUp`, else new       | unknown |
 * | up        | failure | down after `failuresToDown`, else up       | up      |
 * | down      | success | returning                                  | down    |
 * | returning | success | up after `successesToUp`, else returning   | unknown |
 * | returning | failure | down at once                               | unknown |
 *
 * Whatever its stage, the opinion is down while it is lossy: from `lossy.failures` of the last `lossy.of` results until
 * there are no more than `lossy.failuresToUp` of them. Whoever has not looked for longer than `memoryMsMax` begins anew.
 */
export function addResult(before: Streak, result: Outcome, thresholds: Thresholds): Streak {
  const streak = result.atMs - before.lastAtMs > memoryMsMax ? freshStreak : before;
  const successes = result.ok ? streak.successes + 1 : 0;
  const failures = result.ok ? 0 : streak.failures + 1;
  const stage = stageAfter(streak.stage, successes, failures, thresholds);
  const failureBits = bitsAfter(streak.failureBits, failures, thresholds);
  const isLossy = lossyAfter(streak.isLossy, bitCount(failureBits), thresholds.lossy);
  return {
    opinion: isLossy ? 'down' : opinionIn[stage],
    stage,
    successes,
    failures,
    lastAtMs: result.atMs,
    lastFailure: result.ok ? streak.lastFailure : `${result.failure}: ${result.detail}`,
    failureBits,
    isLossy,
  };
}

const opinionIn: Readonly<Record<Stage, Opinion>> = {
  new: 'unknown',
  up: 'up',
  down: 'down',
  returning: 'unknown',
};

function stageAfter(
  before: Stage,
  successes: number,
  failures: number,
  { failuresToDown, successesToUp }: Thresholds,
): Stage {
  if (failures === 0) {
    const isTrusted = before === 'new' || before === 'up';
    return isTrusted || successes >= successesToUp ? 'up' : 'returning';
  }
  if (before === 'down' || before === 'returning') return 'down';
  return failures >= (before === 'new' ? successesToUp : failuresToDown) ? 'down' : before;
}

/**
 * A run of failures that condemns by itself is one outage, not many: what follows in the same run is left out, so that a
 * region that was plainly dead is not held for lossy when it is back.
 */
function bitsAfter(bits: number, failures: number, { failuresToDown, lossy }: Thresholds): number {
  if (failures > failuresToDown) return bits;
  return ((bits << 1) | Number(failures > 0)) & (2 ** lossy.of - 1);
}

const lossyAfter = (isLossy: boolean, failed: number, { failures, failuresToUp }: LossyPolicy) =>
  isLossy ? failed > failuresToUp : failed >= failures;

function bitCount(bits: number): number {
  let count = 0;
  // Each turn takes the lowest 1 away.
  for (let left = bits; left !== 0; left &= left - 1) count += 1;
  return count;
}

/** Of several probes of one region the worst is believed. One that has never been answered has nothing to say. */
export function worstOpinion(streaks: readonly Streak[]): Opinion {
  const said = new Set(streaks.filter((s) => s.stage !== 'new').map((s) => s.opinion));
  return (['down', 'unknown', 'up'] as const).find((opinion) => said.has(opinion)) ?? 'unknown';
}

/** One vantage's opinions, with their age: an old opinion is no opinion. */
export interface Observation {
  readonly vantage: VantageId;
  readonly opinions: Readonly<Record<string, Opinion>>;
  readonly ageMs: number;
  /** What an opinion rests on, in a few words, where it is not `up`. */
  readonly notes?: Readonly<Record<string, string>>;
  /** Why this vantage holds its tongue altogether; then every opinion is `unknown`. */
  readonly abstains?: string;
}

export type Verdict = (
  | { readonly kind: 'up' }
  | { readonly kind: 'down'; readonly vantages: readonly VantageId[] }
  | { readonly kind: 'unknown'; readonly why: 'no-quorum' | 'too-few-vantages' | 'expired' }
) & {
  /** An order decided it, not evidence. */
  readonly forced: boolean;
  /** Its shelf life: what it rests on counts for so much longer, and after that the verdict is `unknown`. */
  readonly validForMs: number;
};

export const noVerdict: Verdict = {
  kind: 'unknown',
  why: 'too-few-vantages',
  forced: false,
  validForMs: 0,
};

/**
 * Combines what the vantages see of a region. A vantage that is silent, stale, abstaining or undecided counts for nobody.
 *
 * | fresh opinions            | verdict                   | valid until                                      |
 * |---------------------------|---------------------------|--------------------------------------------------|
 * | >= quorum say down        | down                      | fewer than the quorum of these are fresh         |
 * | >= quorum say up          | up                        | fewer than the quorum of these are fresh         |
 * | fewer than quorum opine   | unknown: too-few-vantages | (there is nothing to lose)                       |
 * | otherwise (they disagree) | unknown: no-quorum        | (there is nothing to lose)                       |
 */
export function combine(
  region: RegionId,
  observations: readonly Observation[],
  { quorum, ageMsMax }: { readonly quorum: number; readonly ageMsMax: number },
): Verdict {
  const fresh = observations.filter((o) => o.ageMs <= ageMsMax);
  const saying = (opinion: Opinion) => fresh.filter((o) => o.opinions[region] === opinion);
  const down = saying('down');
  const up = saying('up');
  const lasting = (bearers: readonly Observation[]) => ({
    forced: false,
    validForMs: ageMsMax - (bearers.map((o) => o.ageMs).sort((a, b) => a - b)[quorum - 1] ?? 0),
  });
  if (down.length >= quorum)
    return { kind: 'down', vantages: down.map((o) => o.vantage), ...lasting(down) };
  if (up.length >= quorum) return { kind: 'up', ...lasting(up) };
  const why = down.length + up.length < quorum ? 'too-few-vantages' : 'no-quorum';
  return { kind: 'unknown', why, forced: false, validForMs: 0 };
}

/** What a verdict is worth after a while: whoever holds one keeps no longer to it than to what it rests on. */
export function verdictAfter(verdict: Verdict, ageMs: number): Verdict {
  const validForMs = verdict.validForMs - ageMs;
  if (validForMs >= 0) return { ...verdict, validForMs };
  if (verdict.kind === 'unknown') return { ...verdict, validForMs: 0 };
  return { kind: 'unknown', why: 'expired', forced: false, validForMs: 0 };
}
