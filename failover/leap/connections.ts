// The connections that a client keeps, and what becomes of a request when one of them leads into a dead region.
import type { Chance } from '../simulation/seeded-chance.ts';
import type { Told } from './cache.ts';
import { attempted } from './client-model.ts';
import type { ClientModel, Keeping } from './client-model.ts';

export interface Carried {
  readonly ok: boolean;
  /** To connect; of a request on a connection that is there, nothing. */
  readonly tookMs: number;
  /** Null where it asked nobody. */
  readonly told: Told | null;
  /** Until then each of its requests ends as this one. */
  readonly alikeUntilMs: number;
}

interface Connection {
  leadsToLiving: boolean;
  /** How many requests it will still carry; 0: it is to be made anew. */
  left: number;
  busyUntilMs: number;
}

/** A request takes the first connection that is free, and makes one where none is: undici's pool, and in outline a browser's. */
export class Connections {
  readonly #client: ClientModel;
  readonly #keeping: Keeping;
  readonly #kept: Connection[];
  #hangsUntilMs = Number.NEGATIVE_INFINITY;

  /** With one connection from before the death. */
  constructor(client: ClientModel, keeping: Keeping, before: Told, chance: Chance) {
    this.#client = client;
    this.#keeping = keeping;
    const left = 1 + Math.floor(chance.draw() * keeping.requestsPerConnection);
    this.#kept = [{ leadsToLiving: before.answer[0] ?? false, left, busyUntilMs: 0 }];
  }

  /** Whether one of them may still lead to the dead. */
  get areSafe(): boolean {
    return this.#kept.every(({ leadsToLiving, left }) => leadsToLiving || left === 0);
  }

  carry(nowMs: number, ask: () => Told): Carried {
    const bare = { tookMs: 0, told: null, alikeUntilMs: nowMs } as const;
    const connection = this.#free(nowMs);
    if (connection.left === 0) {
      if (nowMs < this.#hangsUntilMs)
        return { ...bare, ok: false, alikeUntilMs: this.#hangsUntilMs };
      return this.#connected(connection, nowMs, ask());
    }
    if (connection.leadsToLiving) {
      connection.left -= 1;
      return { ...bare, ok: true };
    }
    // Nothing is said of it until somebody's patience ends; then it is closed.
    connection.left = 0;
    connection.busyUntilMs = nowMs + this.#client.patienceMs;
    return { ...bare, ok: false, tookMs: this.#client.patienceMs };
  }

  #free(nowMs: number): Connection {
    const free = this.#kept.find(({ busyUntilMs }) => busyUntilMs <= nowMs);
    if (free !== undefined) return free;
    const fresh = { leadsToLiving: true, left: 0, busyUntilMs: nowMs };
    this.#kept.push(fresh);
    return fresh;
  }

  #connected(connection: Connection, nowMs: number, told: Told): Carried {
    const { ok, tookMs } = attempted(this.#client, told.answer);
    if (ok) {
      const left = this.#keeping.requestsPerConnection - 1;
      Object.assign(connection, { leadsToLiving: true, left, busyUntilMs: nowMs + tookMs });
      return { ok, tookMs, told, alikeUntilMs: nowMs };
    }
    this.#kept.splice(this.#kept.indexOf(connection), 1);
    this.#hangsUntilMs = nowMs + this.#keeping.hangsMs;
    return { ok, tookMs, told, alikeUntilMs: this.#hangsUntilMs };
  }
}
