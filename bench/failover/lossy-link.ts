// A link that loses probes: some singly and independently, and all of them in bursts (Gilbert and Elliott's two states).
import type { Chance } from '../../failover/simulation/seeded-chance.ts';

export interface LossyLinkSettings {
  /** Of a probe outside a burst. */
  readonly lossShare: number;
  /** Of a probe within a burst. */
  readonly burstLossShare: number;
  readonly burstsPerHour: number;
  /** Exponential, so that the state has no memory. */
  readonly burstMsMean: number;
}

const hourMs = 3_600_000;

/** Continuous in time: the same link can be probed every second or every ten, and bursts last as long. */
export class LossyLink {
  readonly #settings: LossyLinkSettings;
  readonly #chance: Chance;
  #burstFromMs: number;
  #burstToMs = 0;

  constructor(settings: LossyLinkSettings, chance: Chance) {
    this.#settings = settings;
    this.#chance = chance;
    this.#burstFromMs = this.#calmMs();
    this.#burstToMs = this.#burstFromMs + this.#exponential(settings.burstMsMean);
  }

  /** Whether a probe at this moment is lost. Moments must not go back. */
  loses(atMs: number): boolean {
    while (atMs >= this.#burstToMs) {
      this.#burstFromMs = this.#burstToMs + this.#calmMs();
      this.#burstToMs = this.#burstFromMs + this.#exponential(this.#settings.burstMsMean);
    }
    const { lossShare, burstLossShare } = this.#settings;
    return this.#chance.happens(atMs >= this.#burstFromMs ? burstLossShare : lossShare);
  }

  #calmMs(): number {
    const { burstsPerHour } = this.#settings;
    return burstsPerHour === 0
      ? Number.POSITIVE_INFINITY
      : this.#exponential(hourMs / burstsPerHour);
  }

  #exponential(mean: number): number {
    return -Math.log(1 - this.#chance.draw()) * mean;
  }
}
