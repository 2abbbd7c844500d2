// Whether the DNS provider's API answers: without it the last answers stand, and that is said aloud, as is its return.
import type { Chronicle } from './chronicle.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { Clock } from './ports.ts';

export interface ControlPlaneSettings {
  readonly clock: Clock;
  readonly metrics: ControllerMetrics;
  readonly chronicle: Chronicle;
}

/** A call that fails now and then is the network's way. */
const failuresToLoss = 3;
const detailLengthMax = 300;

/** What carries a failover meanwhile: nothing of it needs a control plane. */
export const carriesMeanwhile =
  'the last answers stand; native health checks, standby addresses and flags carry a failover';

export class ControlPlane {
  readonly #settings: ControlPlaneSettings;
  #failures = 0;
  #failingSinceMs: number | null = null;
  #detail = '';

  constructor(settings: ControlPlaneSettings) {
    this.#settings = settings;
    settings.metrics.controlPlane.set(1);
  }

  /** For status pages. */
  get sight() {
    const isLost = this.#failures >= failuresToLoss;
    const sinceMs = isLost ? this.#failingSinceMs : null;
    return {
      reachable: !isLost,
      lostForMs: sinceMs === null ? null : this.#settings.clock.monotonicMs() - sinceMs,
      detail: isLost ? this.#detail : null,
    };
  }

  /** Also a refusal is an answer. */
  async answered(): Promise<void> {
    const { metrics, chronicle } = this.#settings;
    const { lostForMs } = this.sight;
    this.#failures = 0;
    this.#failingSinceMs = null;
    metrics.controlPlane.set(1);
    if (lostForMs === null) return;
    const text = 'the API of the DNS provider answers again';
    await chronicle.record({ kind: 'control-plane', reachable: true, text, lostForMs });
  }

  async failed(error: unknown): Promise<void> {
    const { clock, metrics, chronicle } = this.#settings;
    this.#failures += 1;
    this.#failingSinceMs ??= clock.monotonicMs();
    this.#detail = String(error).slice(0, detailLengthMax);
    if (this.#failures !== failuresToLoss) return;
    metrics.controlPlane.set(0);
    const text = `the API of the DNS provider does not answer: ${carriesMeanwhile}`;
    const detail = this.#detail;
    await chronicle.record({ kind: 'control-plane', reachable: false, text, detail });
  }
}
