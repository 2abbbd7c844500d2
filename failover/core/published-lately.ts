// What caches may still hold: every address that the zone has told lately, and for how long it may be remembered (I12).
import type { RecordSet } from '../../fleet/records.ts';

/** When each address was last in the zone, on a monotonic clock. */
export type Published = Readonly<Record<string, number>>;

/** From the zone's provider to its last name server, and a cache that rounds up. */
const slackMs = 90_000;
const addressesMax = 256;

/** Adds what stands now, and forgets what no cache may hold any more. */
export function publishedWith(
  published: Published,
  records: readonly RecordSet[],
  nowMs: number,
): Published {
  const sets = records.flatMap((record) => (record.kind === 'addresses' ? [record] : []));
  const keptMs = slackMs + 1_000 * Math.max(0, ...sets.map(({ ttlSeconds }) => ttlSeconds));
  const now = sets.flatMap(({ addresses }) => addresses.map((address) => [address, nowMs]));
  const before = Object.entries(published).filter(([, atMs]) => nowMs - atMs <= keptMs);
  return Object.fromEntries([...before, ...now].slice(-addressesMax));
}

/** Addresses in an answer that no cache should have: somebody invented them, or keeps them for longer than it may. */
export const foreignIn = (published: Published, answer: readonly string[]): readonly string[] =>
  answer.filter((address) => !Object.hasOwn(published, address));
