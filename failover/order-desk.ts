// Takes orders from people and from the other vantages, keeps them across a restart, and hands out those that stand.
import { InputError } from '../fleet/errors.ts';
import { regionId } from '../fleet/fleet.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { standingOrders } from './core/orders.ts';
import type { Order, OrderKind } from './core/orders.ts';
import type { Clock, OrderInTransit } from './ports.ts';

export interface OrderRequest {
  readonly kind: OrderKind;
  readonly region: string;
  readonly reason: string;
  readonly actor: string;
  /** For a drain; a restore stands as long as any drain could. */
  readonly forMs: number;
}

/** As kept on disk: monotonic clocks do not survive a restart, so the wall's says how much has passed at most. */
export interface StoredOrder extends OrderInTransit {
  readonly savedAtWallMs: number;
}

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

const reasonLengthMax = 200;
const actorLengthMax = 100;

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
    const { kind, region, reason, actor } = request;
    const forMs = kind === 'restore' ? fleet.steering.orderMsMax : request.forMs;
    const order: Order = {
      id: newId(),
      // A hybrid clock: later than every order seen, and in step with the wall where none was.
      serial: Math.max(this.#serialSeen + 1, Math.round(clock.wallMs())),
      region: regionId(region),
      kind,
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
    for (const order of incoming) this.#take(order, askedAtMs + order.remainingMs);
    const news = this.standing().filter(({ id }) => !known.has(id));
    if (news.length > 0) await this.#save();
    return news;
  }

  #take(order: Omit<OrderInTransit, 'remainingMs'>, untilMs: number): void {
    const { id, serial, region, kind, reason, actor } = order;
    const taken = { id, serial, region: regionId(region), kind, reason, actor, untilMs };
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

function refuse(found: string, why: string, remedy: string): never {
  throw new InputError('wrong-order', { found, why, remedy });
}

function checkOrder({ kind, region, reason, actor, forMs }: OrderRequest, fleet: Fleet): void {
  const regions = fleet.regions.map((r) => r.id);
  const { orderMsMax } = fleet.steering;
  if (!regions.some((id) => id === region))
    refuse(
      `There is no region "${region}"`,
      'An order is for one region of the fleet',
      `Name one of: ${regions.join(', ')}`,
    );
  if (reason.trim() === '' || reason.length > reasonLengthMax)
    refuse(
      `The reason has ${reason.length} characters`,
      'Whoever is on call next must see why the region is drained',
      `Say it in 1 to ${reasonLengthMax} characters, without anything about patients`,
    );
  if (actor.trim() === '' || actor.length > actorLengthMax)
    refuse(
      `The actor has ${actor.length} characters`,
      'An order belongs to somebody',
      `Name who orders it in 1 to ${actorLengthMax} characters`,
    );
  if (kind === 'drain' && !(forMs >= 1 && forMs <= orderMsMax))
    refuse(
      `A drain for ${forMs} ms`,
      'A drain that nobody remembers must end by itself',
      `Choose 1..${orderMsMax} ms; give another order to go on`,
    );
}
