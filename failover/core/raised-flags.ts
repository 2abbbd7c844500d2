// Flags that stand, as the orders they are: the data plane already leads users away, and the controllers must not fight it.
import type { Fleet, RegionId } from '../../fleet/fleet.ts';
import type { FlagNote } from '../../fleet/flag.ts';
import type { Order } from './orders.ts';

export interface RaisedFlag extends Pick<FlagNote, 'reason' | 'actor' | 'until'> {
  readonly region: RegionId;
}

/** Older than any order: it has its effect whatever anybody decides, so of two drains that are one too many it is the first. */
const oldestSerial = 0;

/**
 * | flag over the region | order for the region | what stands                            |
 * |----------------------|----------------------|----------------------------------------|
 * | none                 | any, or none         | the order, or nothing                  |
 * | raised               | none, or a drain     | a drain, for as long as it is seen     |
 * | raised               | a restore            | a drain: the checks lead away, whatever the weight |
 */
export function withFlags(
  orders: readonly Order[],
  flags: readonly RaisedFlag[],
  { steering }: Fleet,
  nowMs: number,
): readonly Order[] {
  const flagged = new Set(flags.map(({ region }) => region));
  const untilMs = nowMs + steering.observationAgeMsMax;
  const drains = flags.map(({ region, reason, actor }): Order => {
    const id = `flag-${region}`;
    const by = `${actor} by a flag`;
    return { id, serial: oldestSerial, region, kind: 'drain', reason, actor: by, untilMs };
  });
  return [...drains, ...orders.filter((o) => !('region' in o && flagged.has(o.region)))];
}

/** One flag for each region: whoever sees one is believed. Somebody who cannot read the bucket says nothing about it. */
export function flagsSeen(
  fleet: Fleet,
  sightings: readonly (readonly RaisedFlag[])[],
): readonly RaisedFlag[] {
  const all = sightings.flat();
  return fleet.regions.flatMap(({ id }) => all.find(({ region }) => region === id) ?? []);
}
