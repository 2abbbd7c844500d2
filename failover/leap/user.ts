// One user of a stricken region: sends requests until nothing can fail any more, and tells how long they failed.
import type { Chance } from '../simulation/seeded-chance.ts';
import type { Cache, Told } from './cache.ts';
import { attempted } from './client-model.ts';
import type { ClientModel } from './client-model.ts';
import { Connections } from './connections.ts';
import type { Carried } from './connections.ts';

export interface Experience {
  /** A request that fails stands for the time until the next one is begun. */
  readonly downtimeMs: number;
  readonly requests: number;
  readonly failed: number;
  /** The longest that one that was answered took to connect. */
  readonly slowestMs: number;
  /** Of the answers that the rewrite had not reached, those that began with a living address; 1 if there was none. */
  readonly firstAddressAliveShare: number;
}

export interface UserSettings {
  readonly client: ClientModel;
  /** One of them by chance answers each question. */
  readonly caches: readonly [Cache, ...Cache[]];
  readonly chance: Chance;
  /** When the region's users are no longer sent there; beyond it only caches still know the dead. */
  readonly rewrittenAtMs: number;
  readonly untilMs: number;
}

interface Requested extends Carried {
  /** Nothing that it or its cache holds can lead to the dead any more. */
  readonly isSafe: boolean;
}

export class User {
  readonly #settings: UserSettings;
  #kept: Told | null = null;
  readonly #connections: Connections | null;
  #nextMs: number;
  #downtimeMs = 0;
  #requests = 0;
  #failed = 0;
  #slowestMs = 0;
  #asked = 0;
  #aliveFirst = 0;

  constructor(settings: UserSettings) {
    this.#settings = settings;
    const { client, chance } = settings;
    const { keeping, quiet, hostCacheMs } = client;
    this.#nextMs = chance.draw() * (quiet?.withinMs ?? client.everyMs);
    if (quiet === null && hostCacheMs !== null) this.#keepSinceBefore(hostCacheMs);
    this.#connections =
      keeping === null ? null : new Connections(client, keeping, this.#told(0), chance);
  }

  /** When it sends its next request; infinite when it has nothing left to fear. */
  get nextMs(): number {
    return this.#nextMs;
  }

  get experience(): Experience {
    return {
      downtimeMs: this.#downtimeMs,
      requests: this.#requests,
      failed: this.#failed,
      slowestMs: this.#slowestMs,
      firstAddressAliveShare: this.#asked === 0 ? 1 : this.#aliveFirst / this.#asked,
    };
  }

  send(): void {
    const { client, rewrittenAtMs, untilMs } = this.#settings;
    const nowMs = this.#nextMs;
    const { ok, tookMs, isSafe, alikeUntilMs, told } = this.#request(nowMs);
    // A client keeps its beat, and one that waits leaves out the beats that it has missed.
    const beats = client.waits ? Math.max(1, Math.ceil(tookMs / client.everyMs)) : 1;
    const stepMs = beats * client.everyMs;
    const alike = Math.max(1, Math.ceil((Math.min(alikeUntilMs, untilMs) - nowMs) / stepMs));
    const afterMs = Math.min(nowMs + alike * stepMs, untilMs);
    this.#requests += alike;
    this.#count(told, alike);
    if (ok) this.#slowestMs = Math.max(this.#slowestMs, tookMs);
    else {
      this.#failed += alike;
      this.#downtimeMs += afterMs - nowMs;
    }
    const isOver = afterMs >= untilMs || (isSafe && nowMs >= rewrittenAtMs);
    this.#nextMs = isOver ? Number.POSITIVE_INFINITY : afterMs;
  }

  #request(nowMs: number): Requested {
    const { caches, client } = this.#settings;
    const carried =
      this.#connections?.carry(nowMs, () => this.#told(nowMs)) ?? this.#carriedAfresh(nowMs);
    const { told } = carried;
    // What it holds itself may outlive an answer of the cache that is worse; of several caches any may be worse.
    const isSafe =
      caches.length === 1 &&
      client.hostCacheMs === null &&
      told?.answer.every(Boolean) === true &&
      this.#connections?.areSafe !== false;
    return { ...carried, isSafe };
  }

  #carriedAfresh(nowMs: number): Carried {
    const { client, caches } = this.#settings;
    const told = this.#told(nowMs);
    const isAlike = told.isSteady && caches.length === 1;
    return {
      ...attempted(client, told.answer),
      told,
      alikeUntilMs: isAlike ? told.untilMs : nowMs,
    };
  }

  #told(nowMs: number): Told {
    const { hostCacheMs } = this.#settings.client;
    if (this.#kept !== null && nowMs < this.#kept.untilMs) return this.#kept;
    const told = this.#askCache(nowMs);
    if (hostCacheMs === null) return told;
    const untilMs = Math.max(told.untilMs, nowMs + hostCacheMs);
    this.#kept = { ...told, untilMs, isSteady: true };
    return this.#kept;
  }

  /** What it holds when the region dies it may have been told at any moment since the one before ran out. */
  #keepSinceBefore(hostCacheMs: number): void {
    const { chance } = this.#settings;
    const told = this.#askCache(0);
    const untilMs = chance.draw() * Math.max(hostCacheMs, told.untilMs);
    this.#kept = { ...told, untilMs, isSteady: true };
  }

  #count(told: Told | null, times: number): void {
    if (told === null || told.fetchedAtMs >= this.#settings.rewrittenAtMs) return;
    this.#asked += times;
    if (told.answer[0] === true) this.#aliveFirst += times;
  }

  #askCache(nowMs: number): Told {
    const { caches, chance } = this.#settings;
    const pick = caches.length === 1 ? 0 : Math.floor(chance.draw() * caches.length);
    return (caches[pick] ?? caches[0]).ask(nowMs);
  }
}
