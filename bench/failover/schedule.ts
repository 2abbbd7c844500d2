// Which fault in which round of which testbed: the kinds take turns by a seeded draw, so that load falls on all alike.
import type { Chance } from '../../failover/simulation/seeded-chance.ts';
import type { Fault } from './round.ts';

/** A fault at the same moment of the beat every time would flatter or punish whoever polls in step with it. */
const phaseMsMax = 10_000;

export interface PlannedRound {
  readonly fault: Fault;
  readonly phaseMs: number;
}

/** Each kind `rounds` times and one control for each bed, shuffled and dealt out evenly. */
export function schedule(
  kinds: readonly Fault[],
  { rounds, beds }: { readonly rounds: number; readonly beds: number },
  chance: Chance,
): readonly (readonly PlannedRound[])[] {
  const all = shuffled(
    kinds.flatMap((kind) => Array.from({ length: rounds }, () => kind)),
    chance,
  );
  return Array.from({ length: beds }, (_, bed) => {
    const dealt = all.filter((__, index) => index % beds === bed);
    const withControl = shuffled<Fault>([...dealt, 'none'], chance);
    return withControl.map((fault) => ({ fault, phaseMs: chance.between(0, phaseMsMax) }));
  });
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], chance: Chance): readonly T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(chance.draw() * (last + 1));
    const [a, b] = [mixed[last], mixed[other]] as [T, T];
    [mixed[last], mixed[other]] = [b, a];
  }
  return mixed;
}
