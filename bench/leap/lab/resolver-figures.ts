// What was seen of one resolver profile, and what the simulator is told of it: pure.
import { median } from '../../failover/statistics.ts';
import type { ResolverModel } from '../../../failover/leap/resolver-profile.ts';

/** First addresses of a cached answer, as one asker after another was told them; one list for each name. */
export type FirstAddresses = readonly (readonly string[])[];

export interface ResolverFigures {
  readonly id: string;
  /** By TTL in seconds: the times between two fetches of a record that somebody asks for all the time. */
  readonly fetchIntervalsMs: Readonly<Record<string, readonly number[]>>;
  readonly pairs: FirstAddresses;
  /** The first question after a silence, the record changed meanwhile and its server well, was answered with the old address. */
  readonly staleFirst: boolean;
}

/**
 * `rotated` where each asker is told another order than the one before, `frozen` where nobody is. The first answer is passed
 * over: it is the zone's, handed on.
 */
export function orderOf(pairs: FirstAddresses): ResolverModel['order'] {
  const steps = pairs.flatMap(([, ...cached]) =>
    cached.slice(1).map((address, i) => (address === cached[i] ? 'same' : 'other')),
  );
  if (steps.length === 0) throw new RangeError('no cached answer was told twice');
  if (!steps.includes('other')) return 'frozen';
  return steps.includes('same') ? 'shuffled' : 'rotated';
}

/** A TTL at which nothing was fetched twice is left out. */
export const modelOf = (figures: ResolverFigures, source: string): ResolverModel => ({
  id: figures.id,
  source: { kind: 'lab', text: source },
  held: Object.entries(figures.fetchIntervalsMs)
    .flatMap(([ttl, intervals]) =>
      intervals.length === 0
        ? []
        : [{ ttlSeconds: Number(ttl), heldSeconds: Math.round(median(intervals) / 10) / 100 }],
    )
    .sort((a, b) => a.ttlSeconds - b.ttlSeconds),
  order: orderOf(figures.pairs),
  staleFirst: figures.staleFirst,
  caches: 1,
});
