// Takes orders from people and from the other vantages, keeps them across a restart, and hands out those that stand.
import { regionId } from '../fleet/fleet.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Command } from './core/command.ts';
import { standingOrders } from './core/orders.ts';
import type { Order } from './core/orders.ts';
import { checkOrder } from './order-check.ts';
import type { Clock, OrderInTransit } from './ports.ts';

export type OrderRequest = OrderGiven & { readonly actor: string };

/** Whose it is says the certificate with which it comes. */
export type OrderGiven = Command<string> & {
  readonly reason: string;
  /** What ends another order, a restore or an unfreeze, stands for as long as that could. */
  readonly forMs: number;
};

/** As kept on disk: monotonic clocks do not survive a restart, so the wall's says how much has passed at most. */
export type StoredOrder = OrderInTransit & { readonly savedAtWallMs: number };

export interface OrderStore {
  load(): Promise<readonly StoredOrder[]>;
  save(orders: readonly StoredOrder[]): Promise<void>;
}

export interface OrderDeskSettings {
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly store: OrderStore;
  readonly newId: () => string;
}

export class OrderDesk {
  readonly #settings: OrderDeskSettings;
  #orders: readonly Order[] = [];
  #serialSeen = 0;

  private constructor(settings: OrderDeskSettings) {
    this.#settings = settings;
  }

  static async open(settings: OrderDeskSettings): Promise<OrderDesk> {
    const desk = new OrderDesk(settings);
    const nowMs = settings.clock.monotonicMs();
    const wallMs = settings.clock.wallMs();
    for (const stored of await settings.store.load()) {
      // A wall clock set back must not lengthen an order: it never has more left than when it was saved.
      const passedMs = Math.max(0, wallMs - stored.savedAtWallMs);
      desk.#take(stored, nowMs + stored.remainingMs - passedMs);
    }
    return desk;
  }

  standing(): readonly Order[] {
    const { fleet, clock } = this.#settings;
    return standingOrders(this.#orders, fleet, clock.monotonicMs());
  }

  inTransit(): readonly OrderInTransit[] {
    const nowMs = this.#settings.clock.monotonicMs();
    return this.standing().map(({ untilMs, ...order }) => ({
      ...order,
      remainingMs: untilMs - nowMs,
    }));
  }

  /** `InputError` 'wrong-order' for what its giver can mend. On the disk before it is confirmed. */
  async give(request: OrderRequest): Promise<Order> {
    const { fleet, clock, newId } = this.#settings;
    checkOrder(request, fleet);
    const { reason, actor } = request;
    const isEnding = request.kind === 'restore' || request.kind === 'unfreeze';
    const forMs = isEnding ? fleet.steering.orderMsMax : request.forMs;
    const order: Order = {
      ...ownCommand(request),
      id: newId(),
      // A hybrid clock: later than every order seen, and in step with the wall where none was.
      serial: Math.max(this.#serialSeen + 1, Math.round(clock.wallMs())),
      reason,
      actor,
      untilMs: clock.monotonicMs() + forMs,
    };
    this.#take(order, order.untilMs);
    await this.#save();
    return order;
  }

  /** Returns what was news. `askedAtMs` is when the other was asked, so that a slow answer lengthens nothing. */
  async merge(incoming: readonly OrderInTransit[], askedAtMs: number): Promise<readonly Order[]> {
    const known = new Set(this.standing().map(({ id }) => id));
    const nowMs = this.#settings.clock.monotonicMs();
    for (const order of incoming) {
      // A copy of our own comes back each second. Dated from the asking, it would lose a moment each time, and wear away.
      const isKnown = this.#orders.some(({ id }) => id === order.id);
      this.#take(order, (isKnown ? nowMs : askedAtMs) + order.remainingMs);
    }
    const news = this.standing().filter(({ id }) => !known.has(id));
    if (news.length > 0) await this.#save();
    return news;
  }

  #take(order: Order | OrderInTransit, untilMs: number): void {
    const { id, serial, reason, actor } = order;
    const taken: Order = { ...ownCommand(order), id, serial, reason, actor, untilMs };
    this.#serialSeen = Math.max(this.#serialSeen, serial);
    this.#orders = standingOrders(
      [...this.#orders, taken],
      this.#settings.fleet,
      this.#settings.clock.monotonicMs(),
    );
  }

  async #save(): Promise<void> {
    const savedAtWallMs = this.#settings.clock.wallMs();
    await this.#settings.store.save(this.inTransit().map((o) => ({ ...o, savedAtWallMs })));
  }
}

/** Only what belongs to a command, whatever else came with it. Orders about what the fleet lacks never stand. */
function ownCommand(order: Command<string>): Command {
  if ('region' in order) return { kind: order.kind, region: regionId(order.region) };
  return 'gate' in order ? { kind: order.kind, gate: order.gate } : { kind: order.kind };
}
