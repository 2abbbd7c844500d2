// What the zone tells, as an asker meets it: which set of a group, its addresses in any order, each dead or alive.
import type { AddressSet } from '../../fleet/address-set.ts';
import type { Chance } from '../simulation/seeded-chance.ts';

/** Whether somebody answers at each address, in the order of the answer. */
export type Answer = readonly boolean[];

interface Choice {
  readonly upTo: number;
  readonly answer: Answer;
}

/** From `fromMs` on the zone tells this; times are from the region's death. */
export interface Stage {
  readonly fromMs: number;
  readonly ttlSeconds: number;
  /** Ascending, by weight; the last one ends at 1. */
  readonly choices: readonly Choice[];
}

/**
 * The sets of one name as odds. Health checks count as passing: they see a death later than the controller, and what they
 * then change is a stage of its own.
 */
export function stageOf(
  fromMs: number,
  sets: readonly AddressSet[],
  isAlive: (address: string) => boolean,
): Stage {
  const weights = sets.map(({ member }) => {
    if (member === undefined) return 1;
    const { routing } = member;
    return routing.kind === 'weighted' ? routing.weight : Number(routing.role === 'PRIMARY');
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const choices = sets.map(({ addresses }, i): Choice => {
    // All weights 0 is all alike, as Route 53 has it.
    sum += total === 0 ? 1 / sets.length : (weights[i] ?? 0) / total;
    return { upTo: i === sets.length - 1 ? 1 : sum, answer: addresses.map(isAlive) };
  });
  const ttls = sets.map(({ ttlSeconds }) => ttlSeconds);
  return { fromMs, ttlSeconds: Math.min(...ttls), choices };
}

/** The share of answers that begin with a living address: q, before anything is rewritten. */
export const aliveFirstShare = ({ choices }: Stage): number =>
  choices.reduce((share, { upTo, answer }, i) => {
    const odds = upTo - (choices[i - 1]?.upTo ?? 0);
    return share + (odds * answer.filter(Boolean).length) / answer.length;
  }, 0);

export function drawnFrom({ choices }: Stage, chance: Chance): Answer {
  const draw = choices.length === 1 ? 0 : chance.draw();
  const chosen = choices.find(({ upTo }) => draw < upTo) ?? choices.at(-1);
  return shuffled(chosen?.answer ?? [], chance);
}

export function shuffled(answer: Answer, chance: Chance): Answer {
  if (answer.length < 2) return answer;
  const order = [...answer];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const pick = Math.floor(chance.draw() * (last + 1));
    const [one = false, other = false] = [order[last], order[pick]];
    order[last] = other;
    order[pick] = one;
  }
  return order;
}
