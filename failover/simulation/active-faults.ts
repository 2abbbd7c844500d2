// The faults that last at this moment, and what they do to a probe or a call.
import type { ProbePolicy, RegionId, VantageId } from '../../fleet/fleet.ts';
import type { Fault } from './faults.ts';
import type { Chance } from './seeded-chance.ts';
import type { ProbeFate } from './simulated-vantage.ts';
import type { ApiMood } from './simulated-zone.ts';

export class ActiveFaults {
  readonly #faults = new Set<Fault>();
  readonly #probe: ProbePolicy;
  readonly #chance: Chance;

  constructor(probe: ProbePolicy, chance: Chance) {
    this.#probe = probe;
    this.#chance = chance;
  }

  get all(): readonly Fault[] {
    return [...this.#faults];
  }

  add(fault: Fault): void {
    this.#faults.add(fault);
  }

  /** Takes out what is over by now. */
  takeEnded(nowMs: number): readonly Fault[] {
    const ended = this.all.filter(({ atMs, forMs }) => nowMs >= atMs + forMs);
    for (const fault of ended) this.#faults.delete(fault);
    return ended;
  }

  has(kind: Fault['kind'], vantage: VantageId): boolean {
    return this.all.some((f) => f.kind === kind && 'vantage' in f && f.vantage === vantage);
  }

  get apiMood(): ApiMood {
    return this.all.flatMap((f) => (f.kind === 'api' ? [f.how] : [])).at(-1) ?? 'well';
  }

  regionFault(region: RegionId): 'dead' | 'refuses' | 'misreads' | null {
    for (const fault of this.#faults)
      if (fault.kind === 'region' && fault.region === region) return fault.how;
    return null;
  }

  /** One way only: whether calls from this vantage to that place get through. */
  isLinked(from: VantageId, to: string): boolean {
    return !this.all.some((f) => f.kind === 'link-cut' && f.from === from && f.to === to);
  }

  probeFate(vantage: VantageId, region: RegionId, kind: 'ready' | 'golden'): ProbeFate {
    const { timeoutMs, goldenTimeoutMs } = this.#probe;
    const how = this.regionFault(region);
    if (how === 'dead' || !this.isLinked(vantage, region) || this.#isLost(vantage, region))
      return { failure: 'timeout', tookMs: kind === 'ready' ? timeoutMs : goldenTimeoutMs };
    if (how === 'refuses') return { failure: 'refused', tookMs: this.#chance.between(10, 60) };
    if (kind === 'ready') return { failure: null, tookMs: this.#chance.between(20, 120) };
    return {
      failure: how === 'misreads' ? 'wrong-answer' : null,
      tookMs: this.#chance.between(80, 400),
    };
  }

  #isLost(vantage: VantageId, region: RegionId): boolean {
    return this.all.some(
      (f) =>
        ((f.kind === 'vantage-lossy' && f.vantage === vantage) ||
          (f.kind === 'region-lossy' && f.region === region)) &&
        this.#chance.happens(f.share),
    );
  }
}
