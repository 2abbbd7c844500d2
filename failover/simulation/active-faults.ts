// The faults that last at this moment, and what they do to a probe or a call.
import type { ProbePolicy, RegionId, VantageId } from '../../fleet/fleet.ts';
import type { Fault, RegionFault } from './faults.ts';
import type { Chance } from './seeded-chance.ts';
import type { Service } from './simulated-users.ts';
import type { ProbeFate } from './simulated-vantage.ts';
import type { ApiMood } from './simulated-zone.ts';

/** Twice what is borne, and never enough to fail a deadline. */
const greyErrorShare = 0.4;
const greySlowdown = 9;

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

  /** How many times the usual work there is. */
  get workTimes(): number {
    return this.all.reduce((times, f) => (f.kind === 'surge' ? times * f.times : times), 1);
  }

  regionFault(region: RegionId): RegionFault | null {
    for (const fault of this.#faults)
      if (fault.kind === 'region' && fault.region === region) return fault.how;
    return null;
  }

  /** Up and serving badly. */
  isGrey(region: RegionId): boolean {
    return this.all.some(
      (f) => f.kind === 'region' && f.region === region && (f.how === 'errs' || f.how === 'crawls'),
    );
  }

  /** How its users are served; null where nobody is. */
  serviceOf(region: RegionId): Service | null {
    const how = this.regionFault(region);
    if (how === 'dead' || how === 'refuses' || how === 'swallows') return null;
    return {
      errorShare: how === 'errs' ? greyErrorShare : 0,
      slowdown: how === 'crawls' ? greySlowdown : 1,
    };
  }

  /** A bare connection: to a region, or to a place that is none. */
  reaches(vantage: VantageId, to: string): boolean {
    const how = this.#regionNamed(to);
    if (how === 'dead' || how === 'refuses' || !this.isLinked(vantage, to)) return false;
    return !this.all.some(
      (f) =>
        (f.kind === 'vantage-blind' && f.vantage === vantage) ||
        (f.kind === 'vantage-lossy' && f.vantage === vantage && this.#chance.happens(f.share)),
    );
  }

  /** One way only: whether calls from this vantage to that place get through. */
  isLinked(from: VantageId, to: string): boolean {
    return !this.all.some((f) => f.kind === 'link-cut' && f.from === from && f.to === to);
  }

  probeFate(vantage: VantageId, region: RegionId, kind: 'ready' | 'golden'): ProbeFate {
    const { timeoutMs, goldenTimeoutMs } = this.#probe;
    const how = this.regionFault(region);
    const isCut = !this.isLinked(vantage, region) || this.has('vantage-blind', vantage);
    if (how === 'dead' || isCut || this.#isLost(vantage, region))
      return { failure: 'timeout', tookMs: kind === 'ready' ? timeoutMs : goldenTimeoutMs };
    if (how === 'refuses') return { failure: 'refused', tookMs: this.#chance.between(10, 60) };
    return kind === 'ready'
      ? { failure: null, tookMs: this.#chance.between(20, 120) }
      : this.#goldenFate(how);
  }

  #goldenFate(how: RegionFault | null): ProbeFate {
    if (how === 'swallows') return { failure: 'timeout', tookMs: this.#probe.goldenTimeoutMs };
    if (how === 'misreads') return { failure: 'wrong-answer', tookMs: this.#inferenceMs() };
    if (how === 'crawls') return { failure: null, tookMs: greySlowdown * this.#inferenceMs() };
    const errs = how === 'errs' && this.#chance.happens(greyErrorShare);
    return { failure: errs ? 'status' : null, tookMs: this.#inferenceMs() };
  }

  #inferenceMs = () => this.#chance.between(80, 400);

  #regionNamed(name: string): RegionFault | null {
    const fault = this.all.find((f) => f.kind === 'region' && f.region === name);
    return fault?.kind === 'region' ? fault.how : null;
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
