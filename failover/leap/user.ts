// One user of a stricken region: sends requests until nothing can fail any more, and tells how long they failed.
import type { Chance } from '../simulation/seeded-chance.ts';
import type { Cache, Told } from './cache.ts';
import { attempted } from './client-model.ts';
import type { ClientModel } from './client-model.ts';

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

interface Requested {
  readonly ok: boolean;
  readonly tookMs: number;
  /** Nothing that it or its cache holds can lead to the dead any more. */
  readonly isSafe: boolean;
  /** Until then each of its requests ends as this one: they are one event. */
  readonly alikeUntilMs: number;
  /** Null where it asked nobody. */
  readonly told: Told | null;
}

export class User {
  readonly #settings: UserSettings;
  #kept: Told | null = null;
  /** Whether the connection that it keeps leads to somebody. */
  #connection: boolean | null = null;
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
    this.#nextMs = chance.draw() * (client.quietMs ?? client.everyMs);
    if (client.quietMs !== null) return;
    if (client.hostCacheMs !== null) this.#keepSinceBefore(client.hostCacheMs);
    if (client.keepsConnection) this.#connection = this.#askCache(0).answer[0] ?? false;
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
    const stepMs = Math.max(1, Math.ceil(tookMs / client.everyMs)) * client.everyMs;
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
    const { client, caches } = this.#settings;
    const bare = { told: null, alikeUntilMs: nowMs } as const;
    if (this.#connection === true) return { ...bare, ok: true, tookMs: 0, isSafe: true };
    if (this.#connection === false) {
      this.#connection = null;
      return { ...bare, ok: false, tookMs: client.patienceMs, isSafe: false };
    }
    const told = this.#told(nowMs);
    const { ok, tookMs } = attempted(client, told.answer);
    if (client.keepsConnection && ok) this.#connection = true;
    // What it holds itself may outlive an answer of the cache that is worse; of several caches any may be worse.
    const isSafe = caches.length === 1 && client.hostCacheMs === null && told.answer.every(Boolean);
    const isAlike = told.isSteady && !client.keepsConnection && caches.length === 1;
    return { ok, tookMs, isSafe, told, alikeUntilMs: isAlike ? told.untilMs : nowMs };
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
