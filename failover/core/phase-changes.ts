// How one phase of a region follows another: worked out from the table of phases and from what can change at once.
import { phaseIn, phases } from './phase.ts';
import type { Phase, PhaseFacts } from './phase.ts';

/**
 * What made a phase change.
 * - `health`: what is believed of the region, or of all of them.
 * - `order`: a drain begins or ends.
 * - `weight`: a batch was written, here or elsewhere.
 * - `served`: the last name server has that batch, or not yet the next one.
 * - `freeze`: a freeze begins or ends.
 */
type Cause = 'health' | 'order' | 'weight' | 'served' | 'freeze';

/** A weight rises step by step, or at once in a stand-in; and it falls to nothing, never to something. */
const weightsAfter: { readonly [W in PhaseFacts['weight']]: readonly PhaseFacts['weight'][] } = {
  none: ['none', 'some', 'all'],
  some: ['some', 'all', 'none'],
  all: ['all', 'none'],
};

const truths = [true, false] as const;

/** Every combination that can be: with nobody up, this region is not up either. */
export const everyFacts: readonly PhaseFacts[] = truths.flatMap((anyUp) =>
  (['up', 'down', 'drained', 'unknown'] as const).flatMap((standing) =>
    (['none', 'some', 'all'] as const).flatMap((weight) =>
      truths.flatMap((doubted) =>
        truths.flatMap((pending) =>
          truths.flatMap((frozen): PhaseFacts[] =>
            !anyUp && standing === 'up'
              ? []
              : [{ anyUp, standing, weight, doubted, pending, frozen }],
          ),
        ),
      ),
    ),
  ),
);

const believes = ({ standing, doubted, anyUp }: PhaseFacts) => `${standing} ${doubted} ${anyUp}`;

/** What alone can lead from these facts to those; null where two things must have happened. */
function causeOf(from: PhaseFacts, to: PhaseFacts): Cause | null {
  const isSameZone = from.weight === to.weight && from.pending === to.pending;
  const isSameFreeze = from.frozen === to.frozen;
  if (believes(from) !== believes(to))
    return isSameZone ? beliefCause(from, to, isSameFreeze) : null;
  if (!isSameFreeze) return isSameZone ? 'freeze' : null;
  if (from.weight !== to.weight)
    return weightsAfter[from.weight].includes(to.weight) ? 'weight' : null;
  return from.pending === to.pending ? null : 'served';
}

function beliefCause(from: PhaseFacts, to: PhaseFacts, isSameFreeze: boolean): Cause | null {
  // A freeze does not hold a dead region: it begins to hold one that is up again, and ends to hold one that dies.
  const crossesDown = (from.standing === 'down') !== (to.standing === 'down');
  if (!isSameFreeze && !crossesDown) return null;
  return (from.standing === 'drained') === (to.standing === 'drained') ? 'health' : 'order';
}

type Matrix = Readonly<Record<Phase, Readonly<Record<Phase, readonly Cause[]>>>>;

/** From each phase to each other one: what alone can lead there; nothing where nothing can. */
export const phaseChanges: Matrix = matrix((from, to) => {
  const cause = causeOf(from, to);
  return cause === null ? [] : [cause];
});

/** Whatever happens at once, a weight only goes where weights go. */
const together: Matrix = matrix((from, to) =>
  weightsAfter[from.weight].includes(to.weight) ? ['weight'] : [],
);

/** Whether one look may show this phase and the next one that, with no more than one batch in between. */
export const mayFollow = (from: Phase, to: Phase): boolean => together[from][to].length > 0;

function matrix(causes: (from: PhaseFacts, to: PhaseFacts) => readonly Cause[]): Matrix {
  const found = Object.fromEntries(
    phases.map((from) => [from, Object.fromEntries(phases.map((to) => [to, new Set<Cause>()]))]),
  ) as Record<Phase, Record<Phase, Set<Cause>>>;
  for (const from of everyFacts)
    for (const to of everyFacts)
      for (const cause of causes(from, to)) found[phaseIn(from)][phaseIn(to)].add(cause);
  return Object.fromEntries(
    phases.map((from) => [
      from,
      Object.fromEntries(phases.map((to) => [to, from === to ? [] : [...found[from][to]].sort()])),
    ]),
  ) as unknown as Matrix;
}
