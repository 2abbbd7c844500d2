// Judges every batch that reached the DNS provider, in the order in which it decided about them: what one must never see.
import type { Fleet } from '../../fleet/fleet.ts';

/** One batch as the provider's side saw it. */
export interface Batch {
  readonly at: number;
  /** Terms it would take away and set; null where it names none. */
  readonly from: number | null;
  readonly to: number | null;
  readonly by: string;
  readonly weights: Readonly<Record<string, number>>;
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  readonly accepted: boolean;
  /** The provider's answer, where it did not accept. */
  readonly error: string | null;
}

const accepted = (history: readonly Batch[]) => history.filter((batch) => batch.accepted);

/** I7: an accepted batch was planned from the term that stood, and sets the next one. Empty when all did. */
export function staleWrites(history: readonly Batch[], firstTerm: number): readonly string[] {
  let term = firstTerm;
  return accepted(history).flatMap(({ from, to, by, at }) => {
    const stood = term;
    term = to ?? stood;
    if (from === stood && to === stood + 1) return [];
    return [`at ${at} ${by} replaced term ${from} by ${to} where ${stood} stood`];
  });
}

/** What each region has after each accepted batch, the weights before the first one included. */
export function weightsOver(
  history: readonly Batch[],
  first: Readonly<Record<string, number>>,
): readonly Readonly<Record<string, number>>[] {
  let weights = first;
  return [first, ...accepted(history).map((batch) => (weights = { ...weights, ...batch.weights }))];
}

/** I13: a region returns in steps of at most 25, unless the same batch leaves another one. */
export function largeRaises(steps: readonly Readonly<Record<string, number>>[], fleet: Fleet) {
  const raiseMax = 25;
  return steps.slice(1).flatMap((after, i) => {
    const before = steps[i] ?? {};
    const leaves = fleet.regions.some(({ id }) => after[id] === 0 && (before[id] ?? 0) > 0);
    const raised = fleet.regions.filter(
      ({ id }) => (after[id] ?? 0) - (before[id] ?? 0) > raiseMax,
    );
    return leaves ? [] : raised.map(({ id }) => `${id} from ${before[id]} to ${after[id]}`);
  });
}

/** I1: the sum of the weights is never 0. */
export const emptySteps = (steps: readonly Readonly<Record<string, number>>[]): number =>
  steps.filter((weights) => Object.values(weights).every((weight) => weight === 0)).length;

/** Batches that took effect after one and gave a region another weight than it: by somebody who knew less. */
export function overruled(
  history: readonly Batch[],
  last: Batch,
  region: string,
): readonly Batch[] {
  const later = accepted(history.slice(history.indexOf(last) + 1));
  return later.filter(
    ({ weights }) => (weights[region] ?? last.weights[region]) !== last.weights[region],
  );
}

/** What one name server served at some time between the two. */
export interface TermSight {
  readonly server: string;
  readonly askedAt: number;
  readonly at: number;
  readonly term: number;
}

/**
 * Sights of a term below one that the same server had already shown before the question was asked. Answers that overtook
 * each other on their way prove nothing.
 */
export const termsBack = (sights: readonly TermSight[]): readonly TermSight[] =>
  sights.filter((late) =>
    sights.some(
      (early) => early.server === late.server && early.at < late.askedAt && early.term > late.term,
    ),
  );
