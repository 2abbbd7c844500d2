// Before undoing what another vantage has written, hear it: it may know of an order that nobody else knows of yet.
import type { Fleet, VantageId } from '../../fleet/fleet.ts';
import type { Term } from '../../fleet/records.ts';

export interface AuthorSight {
  readonly fleet: Pick<Fleet, 'vantages' | 'steering'>;
  /** Who asks. */
  readonly vantage: VantageId;
  /** As it stands in the zone. */
  readonly term: Term;
  readonly readAtMs: number;
  /** Since this vantage has first seen this term. */
  readonly seenForMs: number;
  /** When a vantage was last asked, of the times that it answered. */
  readonly heardAtMs: (vantage: VantageId) => number;
}

/**
 * The fence keeps out what was planned from an older zone, not what was ordered before the newest order: a controller that slept reads
 * the zone anew, and would obey what it knew when it fell asleep. An order is known to its vantage before that vantage
 * writes, so whoever asks it after reading what it wrote knows the order too.
 *
 * | the term is by      | it was heard since the zone was read | seen for             | waits for |
 * |---------------------|--------------------------------------|----------------------|-----------|
 * | this one, or nobody | any                                  | any                  | nobody    |
 * | another             | yes                                  | any                  | nobody    |
 * | another             | no                                   | less than an opinion keeps | it  |
 * | another             | no                                   | longer: it is gone   | nobody    |
 */
export function unheardAuthor(sight: AuthorSight): VantageId | null {
  const { fleet, vantage, term, readAtMs, seenForMs, heardAtMs } = sight;
  const author = fleet.vantages.find(({ id }) => id === term.by)?.id;
  if (author === undefined || author === vantage) return null;
  if (seenForMs > fleet.steering.observationAgeMsMax) return null;
  return heardAtMs(author) >= readAtMs ? null : author;
}
