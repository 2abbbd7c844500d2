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
}

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
  }

  /** How many vantages have, within the last `withinMs`, held the region for dead. */
  condemning(region: RegionId, nowMs: number, withinMs: number): number {
    return this.#count(
      region,
      ['ready', 'golden'],
      ({ condemnedAtMs }) => nowMs - condemnedAtMs <= withinMs,
    );
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
    };
    this.#records.set(key, fresh);
    return fresh;
  }
}
