// Orders by hand: drain a region, freeze the zone, switch a gate, or take any of these back. Each ends by itself.
import type { Fleet } from '../../fleet/fleet.ts';
import { gateNames } from '../../fleet/safety-rules.ts';
import { subjectOf } from './command.ts';
import type { Command } from './command.ts';

export type Order = Command & {
  readonly id: string;
  /** Grows with each order given anywhere (a hybrid clock); about one subject the highest one holds. */
  readonly serial: number;
  readonly reason: string;
  readonly actor: string;
  /** On the monotonic clock of whoever holds this copy; between processes only the remaining time travels. */
  readonly untilMs: number;
};

const subjectsOf = ({ regions, steering }: Fleet): readonly string[] =>
  [
    ...regions.map(({ id: region }): Command => ({ kind: 'drain', region })),
    { kind: 'freeze' } as const,
    ...gateNames(steering.safetyRules).map((gate): Command => ({ kind: 'gate-on', gate })),
  ].map(subjectOf);

const supersedes = (a: Order, b: Order) =>
  a.serial > b.serial || (a.serial === b.serial && a.id > b.id);

/**
 * The orders that stand: at most one per subject, unexpired, and none further ahead than the fleet allows.
 *
 * | two copies about one subject | what stands                                     |
 * |------------------------------|-------------------------------------------------|
 * | the same id                  | the one that ends earlier: relays never extend  |
 * | different ids                | the higher serial; the higher id among equals   |
 */
export function standingOrders(
  orders: readonly Order[],
  fleet: Fleet,
  nowMs: number,
): readonly Order[] {
  const latestMs = nowMs + fleet.steering.orderMsMax;
  const candidates = orders.map((o) => ({ ...o, untilMs: Math.min(o.untilMs, latestMs) }));
  return subjectsOf(fleet).flatMap((subject) => {
    const [newest, ...copies] = candidates
      .filter((o) => subjectOf(o) === subject)
      .sort((a, b) => (supersedes(a, b) ? -1 : 1));
    if (newest === undefined) return [];
    const untilMs = Math.min(
      ...[newest, ...copies].filter((o) => o.id === newest.id).map((o) => o.untilMs),
    );
    return untilMs > nowMs ? [{ ...newest, untilMs }] : [];
  });
}

export const freezeIn = (orders: readonly Order[]): Order | null =>
  orders.find((o) => o.kind === 'freeze') ?? null;
