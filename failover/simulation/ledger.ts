// What the vantages' probes really met, kept apart from the code under test: the evidence by which a change is judged.
import type { Fleet, RegionId, VantageId } from '../../fleet/fleet.ts';

interface Record {
  misses: number;
  successes: number;
  /** From enough misses in a row until enough answers in a row. */
  isCondemned: boolean;
  /** When it last was. */
  condemnedAtMs: number;
  successAtMs: number;
  /** The last minute's results, oldest first. */
  recent: { readonly ok: boolean; readonly atMs: number }[];
  /** When so many of them last were misses that a region may be left for it. */
  illAtMs: number;
}

/** How long ago a vantage may have met what it accuses a region of. */
interface Windows {
  readonly deadMs: number;
  readonly illMs: number;
}

/** As I4 has it, over a minute and 20 results at least; and two in five of any 20. */
const illShare = 0.2;
const recentMs = 60_000;
const resultsMin = 20;
const lossyMisses = 8;

const misses = (results: readonly { readonly ok: boolean }[]) =>
  results.filter((result) => !result.ok).length;

export class Ledger {
  readonly #fleet: Fleet;
  readonly #records = new Map<string, Record>();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Readiness and inference are counted apart, as three misses of either condemn. */
  add(
    vantage: VantageId,
    region: RegionId,
    kind: string,
    { ok, atMs }: { ok: boolean; atMs: number },
  ): void {
    const record = this.#of(vantage, region, kind);
    const { failuresToDown, successesToUp } = this.#fleet.probe;
    record.misses = ok ? 0 : record.misses + 1;
    record.successes = ok ? record.successes + 1 : 0;
    if (ok) record.successAtMs = atMs;
    if (record.misses >= failuresToDown) record.isCondemned = true;
    if (record.successes >= successesToUp) record.isCondemned = false;
    if (record.isCondemned) record.condemnedAtMs = atMs;
    this.#judgeIllness(record, ok, atMs);
  }

  /** How many vantages have, within the last `withinMs`, held the region for dead. */
  condemning(region: RegionId, nowMs: number, withinMs: number): number {
    return this.#count(
      region,
      ['ready', 'golden'],
      ({ condemnedAtMs }) => nowMs - condemnedAtMs <= withinMs,
    );
  }

  /** How many vantages have held the region for dead, or missed so many of their probes that they may hold it for ill. */
  accusing(region: RegionId, nowMs: number, within: Windows): number {
    return this.#count(
      region,
      ['ready', 'golden'],
      ({ condemnedAtMs, illAtMs }) =>
        nowMs - condemnedAtMs <= within.deadMs || nowMs - illAtMs <= within.illMs,
    );
  }

  #judgeIllness(record: Record, ok: boolean, atMs: number): void {
    const { recent } = record;
    recent.push({ ok, atMs });
    while (atMs - (recent[0]?.atMs ?? atMs) > recentMs) recent.shift();
    const isLossy = misses(recent.slice(-resultsMin)) >= lossyMisses;
    const isIll = recent.length >= resultsMin && misses(recent) >= illShare * recent.length;
    if (isLossy || isIll) record.illAtMs = atMs;
  }

  /** How many vantages have had an answer from the region within the last `withinMs`. */
  answered(region: RegionId, nowMs: number, withinMs: number): number {
    return this.#count(region, ['ready'], ({ successAtMs }) => nowMs - successAtMs <= withinMs);
  }

  #count(region: RegionId, kinds: readonly string[], holds: (record: Record) => boolean): number {
    return this.#fleet.vantages.filter(({ id }) =>
      kinds.some((kind) => holds(this.#of(id, region, kind))),
    ).length;
  }

  #of(vantage: VantageId, region: RegionId, kind: string): Record {
    const key = `${vantage} ${region} ${kind}`;
    const known = this.#records.get(key);
    if (known !== undefined) return known;
    const fresh: Record = {
      misses: 0,
      successes: 0,
      isCondemned: false,
      condemnedAtMs: Number.NEGATIVE_INFINITY,
      successAtMs: Number.NEGATIVE_INFINITY,
      recent: [],
      illAtMs: Number.NEGATIVE_INFINITY,
    };
    this.#records.set(key, fresh);
    return fresh;
  }
}
