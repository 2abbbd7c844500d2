// Orders by hand: drain a region for a while (also as a drill), or take it back. Forced verdicts that end by themselves.
import type { Fleet, RegionId } from '../../fleet/fleet.ts';

/** `drain` leaves a region that is up; `restore` ends a drain and waives the hold-off, never the steps. */
export type OrderKind = 'drain' | 'restore';

export interface Order {
  readonly id: string;
  /** Grows with each order given anywhere (a hybrid clock); for one region the highest one holds. */
  readonly serial: number;
  readonly region: RegionId;
  readonly kind: OrderKind;
  readonly reason: string;
  readonly actor: string;
  /** On the monotonic clock of whoever holds this copy; between processes only the remaining time travels. */
  readonly untilMs: number;
}

const supersedes = (a: Order, b: Order) =>
  a.serial > b.serial || (a.serial === b.serial && a.id > b.id);

/**
 * The orders that stand: at most one per region, unexpired, and none further ahead than the fleet allows.
 *
 * | two copies for one region  | what stands                                     |
 * |----------------------------|-------------------------------------------------|
 * | the same id                | the one that ends earlier: relays never extend  |
 * | different ids              | the higher serial; the higher id among equals   |
 */
export function standingOrders(
  orders: readonly Order[],
  fleet: Fleet,
  nowMs: number,
): readonly Order[] {
  const latestMs = nowMs + fleet.steering.orderMsMax;
  const candidates = orders.map((o) => ({ ...o, untilMs: Math.min(o.untilMs, latestMs) }));
  return fleet.regions.flatMap(({ id }) => {
    const [newest, ...copies] = candidates
      .filter((o) => o.region === id)
      .sort((a, b) => (supersedes(a, b) ? -1 : 1));
    if (newest === undefined) return [];
    const untilMs = Math.min(
      ...[newest, ...copies].filter((o) => o.id === newest.id).map((o) => o.untilMs),
    );
    return untilMs > nowMs ? [{ ...newest, untilMs }] : [];
  });
}
