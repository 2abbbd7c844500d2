// Each address of each region by itself: readiness, bare connections and real inferences, with the suspicion of its silence.
import type { ProbePolicy, RegionId } from '../fleet/fleet.ts';
import { addResult, freshStreak } from '../fleet/health.ts';
import type { ProbeFailure, Streak } from '../fleet/health.ts';
import { addArrival, noArrivals, phi } from './core/phi.ts';
import type { Arrivals } from './core/phi.ts';
import { faultOf } from './core/reach.ts';
import type { Fault, Reach } from './core/reach.ts';
import type { AddressProbe, AddressReach } from './ports.ts';

type ProbeKind = 'ready' | 'tcp' | 'golden';

export interface Endpoint {
  readonly streaks: Readonly<Record<ProbeKind, Streak>>;
  /** How the last readiness probe failed; null when it was answered well. */
  readonly failure: ProbeFailure | null;
  /** What the last bare connection met; null when none was needed since readiness was last answered. */
  readonly reach: Reach | null;
  readonly arrivals: Arrivals;
}

const freshEndpoint: Endpoint = {
  streaks: { ready: freshStreak, tcp: freshStreak, golden: freshStreak },
  failure: null,
  reach: null,
  arrivals: noArrivals,
};

export class EndpointWatch {
  readonly #probe: ProbePolicy;
  readonly #endpoints = new Map<RegionId, Map<string, Endpoint>>();

  constructor(probe: ProbePolicy) {
    this.#probe = probe;
  }

  of(region: RegionId): ReadonlyMap<string, Endpoint> {
    return this.#endpoints.get(region) ?? new Map<string, Endpoint>();
  }

  /** Whether some address is silent, so that a bare connection would tell more. While all is well none is made. */
  hasFailures(region: RegionId): boolean {
    return [...this.of(region).values()].some(({ failure }) => failure !== null);
  }

  addProbes(
    region: RegionId,
    kind: 'ready' | 'golden',
    probes: readonly AddressProbe[],
    atMs: number,
  ): void {
    for (const probe of probes) {
      const before = this.#known(region, probe.address);
      const streaks = { ...before.streaks, [kind]: this.#next(before.streaks[kind], probe, atMs) };
      const after = { ...before, streaks };
      this.#keep(
        region,
        probe.address,
        kind === 'ready' ? this.#judged(after, probe, atMs) : after,
      );
    }
  }

  addReaches(region: RegionId, reaches: readonly AddressReach[], atMs: number): void {
    for (const { address, reach } of reaches) {
      const before = this.#known(region, address);
      const failure = reach === 'connected' ? null : { kind: reach, detail: 'tcp' };
      const tcp = this.#next(before.streaks.tcp, { address, tookMs: 0, failure }, atMs);
      this.#keep(region, address, { ...before, reach, streaks: { ...before.streaks, tcp } });
    }
  }

  phi(region: RegionId, address: string, nowMs: number): number {
    return phi(this.#known(region, address).arrivals, nowMs);
  }

  /** Who is at fault where addresses fail: `network` only where no address gives a sign of life. */
  fault(region: RegionId): Fault | null {
    const faults = [...this.of(region).values()].flatMap(({ failure, reach }) =>
      failure === null ? [] : [faultOf(failure, reach)],
    );
    return (['service', 'unclear', 'network'] as const).find((f) => faults.includes(f)) ?? null;
  }

  #judged(endpoint: Endpoint, { failure }: AddressProbe, atMs: number): Endpoint {
    if (failure !== null) return { ...endpoint, failure: failure.kind };
    const { intervalMs, failuresToDown } = this.#probe;
    const usualMsMax = intervalMs * (failuresToDown + 1);
    const arrivals = addArrival(endpoint.arrivals, atMs, usualMsMax);
    return { ...endpoint, failure: null, reach: null, arrivals };
  }

  #next(streak: Streak, { tookMs, failure }: AddressProbe, atMs: number): Streak {
    const result =
      failure === null
        ? ({ ok: true, atMs, tookMs } as const)
        : ({ ok: false, atMs, tookMs, failure: failure.kind, detail: failure.detail } as const);
    return addResult(streak, result, this.#probe);
  }

  #known(region: RegionId, address: string): Endpoint {
    return this.#endpoints.get(region)?.get(address) ?? freshEndpoint;
  }

  #keep(region: RegionId, address: string, endpoint: Endpoint): void {
    const known = this.#endpoints.get(region) ?? new Map<string, Endpoint>();
    this.#endpoints.set(region, known.set(address, endpoint));
  }
}
