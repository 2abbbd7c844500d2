// Whether this vantage itself can see: canary targets that are no region, asked at every beat; without them it abstains.
import type { CanaryPolicy, ProbePolicy } from '../fleet/fleet.ts';
import { addResult, freshStreak } from '../fleet/health.ts';
import type { Streak } from '../fleet/health.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { Canaries, CanaryReach, Clock } from './ports.ts';

export interface CanaryWatchSettings {
  readonly probe: ProbePolicy;
  readonly canaries: Canaries;
  readonly clock: Clock;
  readonly metrics: ControllerMetrics;
}

export class CanaryWatch {
  readonly #settings: CanaryWatchSettings;
  #sight: Streak = freshStreak;
  #seen: readonly CanaryReach[] = [];

  constructor(settings: CanaryWatchSettings) {
    this.#settings = settings;
  }

  get seen(): readonly CanaryReach[] {
    return this.#seen;
  }

  /** Why this vantage has no opinion of anything; null while it can see, or has nothing to tell its blindness by. */
  get abstains(): string | null {
    const { targets, reachableMin } = this.#policy;
    if (targets.length === 0 || this.#sight.opinion === 'up') return null;
    const reached = this.#seen.filter(isReached).length;
    return `reaches ${reached} of ${targets.length} canaries, ${reachableMin} needed`;
  }

  async beat(): Promise<void> {
    const { canaries, clock, metrics, probe } = this.#settings;
    if (this.#policy.targets.length === 0) return;
    this.#seen = await canaries.ask();
    const isOk = this.#seen.filter(isReached).length >= this.#policy.reachableMin;
    this.#sight = addResult(
      this.#sight,
      resultOf(isOk, clock.monotonicMs()),
      sightThresholds(probe),
    );
    for (const one of this.#seen)
      metrics.canary.set({ target: one.target }, Number(isReached(one)));
    metrics.abstains.set(Number(this.abstains !== null));
  }

  get #policy(): CanaryPolicy {
    return this.#settings.probe.canary;
  }
}

/** A refusal has come back from there, so that the way there and back is open. */
const isReached = ({ reach }: CanaryReach) => reach === 'connected' || reach === 'refused';

/**
 * One miss sooner than a region is condemned: whatever blinds the vantage in the middle of a beat, it falls silent before it
 * has seen any region miss often enough.
 */
const sightThresholds = ({ failuresToDown, successesToUp, lossy }: ProbePolicy) => ({
  failuresToDown: failuresToDown - 1,
  successesToUp,
  lossy,
});

const resultOf = (ok: boolean, atMs: number) =>
  ok
    ? ({ ok, atMs, tookMs: 0 } as const)
    : ({ ok, atMs, tookMs: 0, failure: 'unreachable', detail: 'canaries' } as const);
