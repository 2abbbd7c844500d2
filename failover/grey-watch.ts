// Watches for regions that are up and serve badly: by this vantage's own probes, and by what each service says of its users.
import type { ProbePolicy, RegionId } from '../fleet/fleet.ts';
import { freshGrey, isDoubtful, judgeGrey, usualMs } from './core/grey.ts';
import type { GreyFinding, GreyState } from './core/grey.ts';
import { addReading, requestBoundsMs } from './core/request-counters.ts';
import type { Readings, RequestCounters } from './core/request-counters.ts';
import { probeBoundsMs, sliceOfProbe, tallyOf, withSlice } from './core/served.ts';
import type { Slice, Tally } from './core/served.ts';

/** Whose answers are judged. */
export type GreySource = 'ready' | 'golden' | 'users';

export const greySources: readonly GreySource[] = ['ready', 'golden', 'users'];

interface Sense {
  readonly slices: readonly Slice[];
  /** As it was judged last. */
  readonly tally: Tally;
  readonly state: GreyState;
}

const freshSense: Sense = {
  slices: [],
  tally: { count: 0, errors: 0, p99Ms: null, slowestMs: null },
  state: freshGrey,
};
/** Golden inferences are few: what is usual of them is learnt from windows in which there are enough. */
const lessonSlack = 1.2;

export class GreyWatch {
  readonly #probe: ProbePolicy;
  readonly #senses: Readonly<Record<GreySource, Map<RegionId, Sense>>> = {
    ready: new Map(),
    golden: new Map(),
    users: new Map(),
  };
  readonly #readings = new Map<RegionId, Readings>();

  constructor(probe: ProbePolicy) {
    this.#probe = probe;
  }

  addProbe(
    region: RegionId,
    source: 'ready' | 'golden',
    result: { readonly ok: boolean; readonly atMs: number; readonly tookMs: number },
  ): void {
    this.#add(region, source, sliceOfProbe(result.atMs, result.ok, result.tookMs));
  }

  /** Readings of the machines that were met, however few of them are behind one balancer. */
  addRequests(region: RegionId, met: readonly RequestCounters[], atMs: number): void {
    const { windowMs } = this.#probe.grey;
    for (const counters of met) {
      const known = this.#readings.get(region) ?? {};
      const { readings, slice } = addReading(known, { counters, atMs, windowMs });
      this.#readings.set(region, readings);
      if (slice !== null) this.#add(region, 'users', slice);
    }
  }

  /** At every beat, whatever has come in: what fades from the window must fade from the judgement. */
  judge(region: RegionId, nowMs: number): void {
    const { grey } = this.#probe;
    for (const source of greySources) {
      const { slices, state } = this.#sense(region, source);
      const lessonMs = this.#lessonMs(source);
      const tallied = (windowMs: number) =>
        tallyOf(slices, source === 'users' ? requestBoundsMs : probeBoundsMs, { nowMs, windowMs });
      const tally = tallied(grey.windowMs);
      const lesson = () => (lessonMs === grey.windowMs ? tally : tallied(lessonMs));
      const judged = judgeGrey(state, { nowMs, tally, lesson, lessonMs }, grey);
      this.#keep(region, source, { slices, tally, state: judged });
    }
  }

  finding(region: RegionId, source: GreySource): GreyFinding | null {
    return this.#sense(region, source).state.finding;
  }

  /** The first that is wrong, with its source. */
  worst(region: RegionId): string | null {
    for (const source of greySources) {
      const finding = this.finding(region, source);
      if (finding !== null) return `grey (${source}): ${finding.text}`;
    }
    return null;
  }

  /** A golden inference went wrong or took long, and one alone says little: the next ones should come soon. */
  wantsGolden(region: RegionId): boolean {
    const { tally, state } = this.#sense(region, 'golden');
    return state.finding !== null || isDoubtful(state, tally, this.#probe.grey);
  }

  /** As judged at the last beat. */
  served(region: RegionId, source: GreySource): Tally & { readonly usual99Ms: number | null } {
    const { tally, state } = this.#sense(region, source);
    return { ...tally, usual99Ms: usualMs(state.usual) };
  }

  #add(region: RegionId, source: GreySource, slice: Slice): void {
    const before = this.#sense(region, source);
    const slices = withSlice(before.slices, slice, this.#lessonMs(source));
    this.#keep(region, source, { ...before, slices });
  }

  #lessonMs(source: GreySource): number {
    const { grey, goldenIntervalMs } = this.#probe;
    const enoughMs = lessonSlack * grey.samplesMin * goldenIntervalMs;
    return source === 'golden' ? Math.max(grey.windowMs, enoughMs) : grey.windowMs;
  }

  #sense(region: RegionId, source: GreySource): Sense {
    return this.#senses[source].get(region) ?? freshSense;
  }

  #keep(region: RegionId, source: GreySource, sense: Sense): void {
    this.#senses[source].set(region, sense);
  }
}
