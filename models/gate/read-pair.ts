// Reads every row with both models, turn about, so that whatever else the machine does slows both alike.
import { quantile } from '../evaluate/bootstrap.ts';
import type { Sample, Samples } from '../evaluate/samples.ts';
import type { Reader } from '../reader.ts';

export interface PairRead {
  readonly candidate: Float64Array;
  /** Null without an incumbent. */
  readonly incumbent: Float64Array | null;
  /** Median over the rows of candidate / incumbent. */
  readonly latencyRatio: number | null;
}

/** Caches, allocators and the engines' own plans settle within the first runs. */
const warmUpRows = 3;

/** A model with the rows as it wants them: two versions may prepare the same films differently. */
export interface Contender {
  readonly reader: Reader;
  readonly samples: Samples;
}

export async function readPair(
  { candidate, incumbent }: { readonly candidate: Contender; readonly incumbent: Contender | null },
  { nowMs, onRow }: { readonly nowMs: () => number; readonly onRow: (done: number) => void },
): Promise<PairRead> {
  const contenders = incumbent === null ? [candidate] : [candidate, incumbent];
  const rows = candidate.samples.labels.length;
  const logits = contenders.map(() => new Float64Array(rows));
  const ratios: number[] = [];
  for (let row = 0; row < rows; row++) {
    const samples: Sample[] = [];
    for (const contender of contenders) samples.push(await contender.samples.read(row));
    const tookMs = contenders.map(() => Number.NaN);
    // Who comes second finds the caches warm: each is second every other time.
    const places = [...contenders.keys()];
    const order = row % 2 === 0 ? places : places.toReversed();
    for (const which of order) {
      const startedMs = nowMs();
      const answer = await contenders[which]?.reader.infer(
        samples[which]?.tensor ?? new Float32Array(),
        1,
      );
      tookMs[which] = nowMs() - startedMs;
      const kept = logits[which];
      if (kept !== undefined) kept[row] = answer?.logit[0] ?? Number.NaN;
    }
    const [newer, older] = tookMs;
    if (row >= warmUpRows && newer !== undefined && older !== undefined && older > 0)
      ratios.push(newer / older);
    onRow(row + 1);
  }
  return {
    candidate: logits[0] ?? new Float64Array(0),
    incumbent: logits[1] ?? null,
    latencyRatio: ratios.length === 0 ? null : quantile(ratios, 0.5),
  };
}
