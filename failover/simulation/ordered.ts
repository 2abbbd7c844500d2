// What people have ordered in a simulated world, and whether those who heard it obey: freezes and gates hold what they should.
import type { Fleet, RegionId, VantageId } from '../../fleet/fleet.ts';
import type { Intent } from '../../fleet/records.ts';
import type { Controller } from '../controller.ts';
import { subjectOf } from '../core/command.ts';
import type { Command } from '../core/command.ts';
import type { Fault } from './faults.ts';

export type OrderFault = Extract<Fault, { readonly at: VantageId }>;

interface Given {
  readonly fault: OrderFault;
  readonly atMs: number;
  readonly untilMs: number;
}

/** What was sent, as it changes the weights. */
export interface SentChange {
  readonly by: VantageId;
  readonly before: Intent;
  readonly after: Intent;
}

/** From an order to the next decision, and a batch that was on its way; and what is left of an order that has just ended. */
const graceMs = 8_000;

const weight = (intent: Intent, id: RegionId) => intent[id]?.weight ?? 0;

export class Ordered {
  readonly #fleet: Fleet;
  readonly #nowMs: () => number;
  readonly #given: Given[] = [];
  #killedAtMs = Number.NEGATIVE_INFINITY;

  constructor(fleet: Fleet, nowMs: () => number) {
    this.#fleet = fleet;
    this.#nowMs = nowMs;
  }

  give(fault: OrderFault, { settings }: Controller): void {
    const atMs = this.#nowMs();
    const forMs = Math.min(fault.forMs, this.#fleet.steering.orderMsMax);
    this.#given.push({ fault, atMs, untilMs: atMs + forMs });
    void settings.desk.give({ ...fault, reason: 'simulated', actor: 'operator', forMs });
  }

  /** Orders that survive a death come back shortened, if the wall clock has jumped meanwhile. */
  onKilled(): void {
    this.#killedAtMs = this.#nowMs();
  }

  /** Whether somebody ordered this region drained no longer ago than orders and their delivery last. */
  isDrained(region: RegionId, deliveryMs: number): boolean {
    return this.#given.some(
      ({ fault, untilMs }) =>
        fault.kind === 'drain' && fault.region === region && untilMs + deliveryMs > this.#nowMs(),
    );
  }

  /** Why this change should not have been sent; null where nothing says so. Only what is certain is judged. */
  faultOf({ by, before, after }: SentChange, isIll: (region: RegionId) => boolean): string | null {
    const ids = this.#fleet.regions.map(({ id }) => id);
    const left = ids.filter((id) => weight(before, id) > 0 && weight(after, id) === 0);
    const raised = ids.filter((id) => weight(after, id) > weight(before, id));
    const isStandIn = left.length > 0 && raised.length <= 1;
    if (this.#stands({ kind: 'freeze' }, by)) {
      if (left.length === 0 || !left.every(isIll) || (raised.length > 0 && !isStandIn))
        return `${by} changes a frozen zone: left ${left.join()}, raised ${raised.join()}`;
    }
    if (this.#stands({ kind: 'gate-off', gate: 'returns' }, by) && raised.length > 0 && !isStandIn)
      return `${by} raises ${raised.join()} behind a gate`;
    if (this.#stands({ kind: 'gate-off', gate: 'automatic' }, by)) {
      const unordered = [
        ...left.filter((id) => !this.isDrained(id, graceMs)),
        ...raised.filter((id) => !this.#isVouched(id)),
      ];
      if (unordered.length > 0) return `${by} changes ${unordered.join()} that nobody has ordered`;
    }
    return null;
  }

  #isVouched(region: RegionId): boolean {
    const sinceMs = this.#nowMs() - this.#fleet.steering.orderMsMax - graceMs;
    return this.#given.some(
      ({ fault, atMs }) => fault.kind === 'restore' && fault.region === region && atMs >= sinceMs,
    );
  }

  /** The order was given there, nobody has given another about the same since, and nobody has died with it. */
  #stands(command: Command<string>, at: VantageId): boolean {
    const nowMs = this.#nowMs();
    const sinceMs = nowMs - this.#fleet.steering.orderMsMax - graceMs;
    const [only, ...others] = this.#given.filter(
      ({ fault, atMs }) => atMs >= sinceMs && subjectOf(fault) === subjectOf(command),
    );
    if (only === undefined || others.length > 0) return false;
    return (
      only.fault.kind === command.kind &&
      only.fault.at === at &&
      only.atMs > this.#killedAtMs &&
      nowMs >= only.atMs + graceMs &&
      nowMs <= only.untilMs - graceMs
    );
  }
}
