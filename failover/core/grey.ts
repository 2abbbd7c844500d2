// Grey failure: a region that says it is ready and serves badly. What is found, what is usual, and when it is over.
import type { GreyPolicy } from '../../fleet/fleet.ts';
import type { Tally } from './served.ts';

export interface GreyFinding {
  readonly kind: 'errors' | 'slow';
  /** With the numbers behind it. */
  readonly text: string;
}

/**
 * The usual 99th percentile: the median of those of the last hour's windows. The failure cannot poison it, in three ways: a
 * window that is grey, or half as bad, is never learnt from; a single odd window moves a median by one rank; and what
 * creeps up below the threshold must do so for half an hour before it counts as usual.
 */
export interface Usual {
  readonly p99sMs: readonly number[];
  readonly learntAtMs: number;
}

export interface GreyState {
  readonly finding: GreyFinding | null;
  readonly usual: Usual;
}

export const freshGrey: GreyState = {
  finding: null,
  usual: { p99sMs: [], learntAtMs: Number.NEGATIVE_INFINITY },
};

/** What is judged, and the window to learn from: the same, or a longer one where answers are few and far between. */
export interface Seen {
  readonly nowMs: number;
  readonly tally: Tally;
  readonly lesson: () => Tally;
  readonly lessonMs: number;
}

const windowsMax = 60;
/** Until so many windows are known nothing is usual, and nothing is slow. */
const windowsMin = 3;

export function usualMs({ p99sMs }: Usual): number | null {
  if (p99sMs.length < windowsMin) return null;
  return [...p99sMs].sort((a, b) => a - b)[Math.floor(p99sMs.length / 2)] ?? null;
}

/**
 * Judges a window (I4: error share >= 20 %, or p99 > 3 times the baseline, over 60 s with n >= 20).
 *
 * | answers        | share of errors | p99 against the usual                | before | finding |
 * |----------------|-----------------|--------------------------------------|--------|---------|
 * | < `samplesMin` | any             | any                                  | any    | none    |
 * | enough         | >= max          | any                                  | any    | errors  |
 * | enough         | < max           | > `slowdownMax` times, above the floor | any  | slow    |
 * | enough         | >= max / 2      | any                                  | errors | errors  |
 * | enough         | any             | > halfway to `slowdownMax`, above the floor | slow | slow |
 * | enough         | otherwise       | otherwise                            | any    | none    |
 *
 * A region that was left serves nobody, so that what its users met fades from the window: it then returns in steps, and
 * if it is still ill, its next users show it, with a hold-off that has doubled.
 */
export function judgeGrey(state: GreyState, seen: Seen, policy: GreyPolicy): GreyState {
  const finding = findingIn(seen.tally, state, policy);
  return { finding, usual: finding === null ? learn(state.usual, seen, policy) : state.usual };
}

function findingIn(tally: Tally, before: GreyState, policy: GreyPolicy): GreyFinding | null {
  if (tally.count < policy.samplesMin) return null;
  return errorsIn(tally, before, policy) ?? slownessIn(tally, before, policy);
}

function errorsIn({ count, errors }: Tally, { finding }: GreyState, policy: GreyPolicy) {
  const { errorShareMax } = policy;
  const shareMax = finding?.kind === 'errors' ? errorShareMax / 2 : errorShareMax;
  if (errors / count < shareMax) return null;
  return { kind: 'errors', text: `${errors} of ${count} answers were errors` } as const;
}

function slownessIn({ count, p99Ms }: Tally, { finding, usual }: GreyState, policy: GreyPolicy) {
  const { slowdownMax, slowMsMin } = policy;
  if (p99Ms === null || p99Ms <= slowMsMin) return null;
  const usual99Ms = usualMs(usual);
  if (usual99Ms === null) return null;
  const times = finding?.kind === 'slow' ? (1 + slowdownMax) / 2 : slowdownMax;
  if (p99Ms <= times * usual99Ms) return null;
  const [slow, usually] = [p99Ms, usual99Ms].map(Math.round);
  const text = `p99 ${slow} ms where ${usually} ms is usual, in ${count} answers`;
  return { kind: 'slow', text } as const;
}

/** One window at a time: windows that overlap would count one minute many times. */
function learn(usual: Usual, { lesson, lessonMs, nowMs }: Seen, policy: GreyPolicy): Usual {
  if (nowMs - usual.learntAtMs < lessonMs) return usual;
  const { count, errors, p99Ms } = lesson();
  const { samplesMin, errorShareMax, slowdownMax, slowMsMin } = policy;
  if (p99Ms === null || count < samplesMin) return usual;
  const usual99Ms = usualMs(usual);
  const isHalfSlow =
    usual99Ms !== null && p99Ms > slowMsMin && p99Ms > ((1 + slowdownMax) / 2) * usual99Ms;
  if (errors / count >= errorShareMax / 2 || isHalfSlow) return usual;
  return { p99sMs: [...usual.p99sMs, p99Ms].slice(-windowsMax), learntAtMs: nowMs };
}

/** Something in the window is not as usual, and there are too few answers to tell what it is worth: ask more often. */
export function isDoubtful({ usual }: GreyState, tally: Tally, policy: GreyPolicy): boolean {
  if (tally.count >= policy.samplesMin) return false;
  if (tally.errors > 0) return true;
  const { slowestMs } = tally;
  if (slowestMs === null || slowestMs <= policy.slowMsMin) return false;
  return slowestMs > policy.slowdownMax * (usualMs(usual) ?? Number.POSITIVE_INFINITY);
}
