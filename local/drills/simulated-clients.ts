// Clients of the simulated fleet: the policies, caches, grudges and patience of the real ones, against regions that suffer blows.
import type { Chance } from '../../failover/simulation/seeded-chance.ts';
import type { UploadSample } from '../drill-clients.ts';
import { idleShare } from '../faults.ts';
import type { AddressPolicy } from '../zone-client.ts';
import type { ScheduledBlow } from './strikes.ts';
import { lastsMs } from './simulated-faults.ts';

const answerMsMax = 4_000;
const connectMsMax = 1_000;
const refusedMs = 5;
const grudgeMs = 30_000;
const holdTries = 100;
/** One film in one worker. */
const readMs = 100;
const slowMs = 3_000;
/** Of the uploads to a region with a dark zone: clients keep connections, so fewer than a third meet a new one. */
const darkShare = 1 / 9;

/** The regions' machines: how long each is busy with what it has taken. */
export class SimulatedMachines {
  readonly #schedule: readonly ScheduledBlow[];
  readonly #chance: Chance;
  readonly #freeAtMs = new Map<string, number>();

  constructor(schedule: readonly ScheduledBlow[], chance: Chance) {
    this.#schedule = schedule;
    this.#chance = chance;
  }

  upload(region: string, nowMs: number): { readonly ok: boolean; readonly tookMs: number } {
    const suffers = new Set(
      this.#schedule
        .filter(
          (b) =>
            b.on === 'region' &&
            b.target === region &&
            nowMs >= b.atMs &&
            nowMs < b.atMs + lastsMs(b),
        )
        .map(({ fault }) => fault),
    );
    if (suffers.has('kill') || suffers.has('refuse')) return { ok: false, tookMs: refusedMs };
    if (suffers.has('isolate')) return { ok: false, tookMs: connectMsMax };
    if (suffers.has('freeze') || suffers.has('grey')) return { ok: false, tookMs: answerMsMax };
    if (suffers.has('zone') && this.#chance.happens(darkShare))
      return { ok: false, tookMs: refusedMs };
    return this.#read(region, nowMs, suffers);
  }

  #read(region: string, nowMs: number, suffers: ReadonlySet<string>) {
    const idle = suffers.has('starve')
      ? idleShare.starve
      : suffers.has('short')
        ? idleShare.short
        : 0;
    const beginsMs = Math.max(nowMs, this.#freeAtMs.get(region) ?? 0);
    const doneMs = beginsMs + readMs / (1 - idle);
    const tookMs = doneMs - nowMs + (suffers.has('slow') ? slowMs : 0);
    // Who waits too long goes away, and the machine does not take it up.
    if (tookMs > answerMsMax) return { ok: false, tookMs: answerMsMax };
    this.#freeAtMs.set(region, doneMs);
    return { ok: true, tookMs };
  }
}

export interface ClientWorld {
  readonly machines: SimulatedMachines;
  readonly ttlMs: number;
  readonly ask: () => readonly string[];
  readonly ownerOf: (address: string) => string;
}

export class SimulatedClient {
  readonly policy: AddressPolicy;
  readonly samples: UploadSample[] = [];
  readonly #world: ClientWorld;
  readonly #failedAtMs = new Map<string, number>();
  #addresses: readonly string[] = [];
  #untilMs = 0;

  constructor(policy: AddressPolicy, world: ClientWorld) {
    this.policy = policy;
    this.#world = world;
  }

  /** The worst case: it has just learnt the address that is about to die. Chance may not bring it. */
  hold(address: string, nowMs: number): void {
    for (let i = 0; i < holdTries; i += 1) {
      const addresses = this.#world.ask();
      if (!addresses.includes(address)) continue;
      this.#addresses = [address, ...addresses.filter((a) => a !== address)];
      this.#untilMs = nowMs + this.#world.ttlMs;
      return;
    }
  }

  upload(nowMs: number): void {
    if (nowMs >= this.#untilMs) {
      this.#addresses = this.#world.ask();
      this.#untilMs = nowMs + this.#world.ttlMs;
    }
    let tookMs = 0;
    const failedAddresses: string[] = [];
    for (const address of this.#order(nowMs)) {
      const region = this.#world.ownerOf(address);
      const attempt = this.#world.machines.upload(region, nowMs + tookMs);
      tookMs += attempt.tookMs;
      if (attempt.ok) return this.#keep({ nowMs, tookMs, region, failedAddresses });
      failedAddresses.push(address);
      this.#failedAtMs.set(address, nowMs);
    }
    this.#keep({ nowMs, tookMs, region: null, failedAddresses });
  }

  #order(nowMs: number): readonly string[] {
    if (this.policy === 'first') return this.#addresses.slice(0, 1);
    const bearsGrudge = (a: string) => nowMs - (this.#failedAtMs.get(a) ?? -Infinity) < grudgeMs;
    return [
      ...this.#addresses.filter((a) => !bearsGrudge(a)),
      ...this.#addresses.filter(bearsGrudge),
    ];
  }

  #keep(upload: {
    readonly nowMs: number;
    readonly tookMs: number;
    readonly region: string | null;
    readonly failedAddresses: readonly string[];
  }): void {
    const { nowMs, tookMs, region, failedAddresses } = upload;
    const error = region === null ? 'simulated' : null;
    this.samples.push({
      sentAtMs: nowMs,
      tookMs,
      ok: region !== null,
      region,
      failedAddresses,
      error,
    });
  }
}
