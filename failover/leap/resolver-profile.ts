// How one recursive resolver treats what it was told, as measured: how long it keeps it, in which order it tells it on.
import { InputError } from '../../fleet/errors.ts';

interface Held {
  readonly ttlSeconds: number;
  /** Between two fetches of a record with this TTL that somebody asks for all the time: prefetching, floors and all. */
  readonly heldSeconds: number;
}

export interface ResolverModel {
  /** As in the rows of the lab, for example `bind+no-prefetch`. */
  readonly id: string;
  /** Who measured it, and how. `first-trials` and `assumed` wait for the lab. */
  readonly source: {
    readonly kind: 'lab' | 'first-trials' | 'assumed';
    readonly text: string;
  };
  readonly held: readonly Held[];
  /**
   * Addresses of one cached answer: `shuffled` anew for each asker, `rotated` by one for each, or `frozen` as they were told.
   */
  readonly order: 'shuffled' | 'rotated' | 'frozen';
  /** Whether the first asker after an answer has expired is given the old one, however old, while it is fetched anew. */
  readonly staleFirst: boolean;
  /** Caches behind one address, of which each question meets one by chance. */
  readonly caches: number;
}

/** What a resolver adds to a TTL, or takes off it. */
const offset = ({ ttlSeconds, heldSeconds }: Held): number => heldSeconds - ttlSeconds;

/**
 * Seconds for which an answer of this TTL is kept. Between measured TTLs what is added or taken off is interpolated; beyond
 * them it is that of the nearest. A floor is told exactly where the TTLs on both sides of it were measured.
 */
export function heldSecondsOf({ held }: ResolverModel, ttlSeconds: number): number {
  const below = held.findLast((point) => point.ttlSeconds <= ttlSeconds);
  const above = held.find((point) => point.ttlSeconds >= ttlSeconds);
  const [from = above, to = below] = [below, above];
  if (from === undefined || to === undefined) return ttlSeconds;
  const span = to.ttlSeconds - from.ttlSeconds;
  const share = span === 0 ? 0 : (ttlSeconds - from.ttlSeconds) / span;
  return ttlSeconds + offset(from) + (offset(to) - offset(from)) * share;
}

const kinds: readonly unknown[] = ['lab', 'first-trials', 'assumed'];
const orders: readonly unknown[] = ['shuffled', 'rotated', 'frozen'];
const cachesMax = 1_000;

/** `InputError` 'wrong-profile'. `origin` is the file, for the message. */
export function parseResolverModel(origin: string, value: unknown): ResolverModel {
  const fault = faultOf(value);
  if (fault === null) return value as ResolverModel;
  throw new InputError('wrong-profile', {
    found: `${origin}: ${fault}`,
    why: 'A prediction from a resolver that nobody has measured would be a guess that looks like a figure',
    remedy: 'Write the profile anew from a measurement; docs/leap-goal/theory.md names the fields',
  });
}

type Fields = Readonly<Record<string, unknown>>;

function faultOf(value: unknown): string | null {
  const { id, source, held, order, staleFirst, caches } = { ...(value as object | null) } as Fields;
  const { kind, text } = { ...(source as object | null | undefined) } as Fields;
  if (!isText(id)) return 'it has no id';
  if (!kinds.includes(kind) || !isText(text)) return 'its source is not named';
  if (!Array.isArray(held) || held.length === 0)
    return 'it says nothing about how long answers are held';
  if (!isAscending(held as readonly Partial<Held>[]))
    return 'its TTLs do not ascend from more than 0, each held for more than 0 s';
  if (!orders.includes(order)) return `"${String(order)}" is no order`;
  if (typeof staleFirst !== 'boolean') return 'staleFirst is neither true nor false';
  return isCount(caches) ? null : `${String(caches)} caches`;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const isCount = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= cachesMax;

const isAscending = (points: readonly Partial<Held>[]): boolean =>
  points.every(
    ({ ttlSeconds, heldSeconds }, i) =>
      Number(heldSeconds) > 0 && Number(ttlSeconds) > (points[i - 1]?.ttlSeconds ?? 0),
  );
