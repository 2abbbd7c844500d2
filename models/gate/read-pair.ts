// Reads every row with both models, turn about, so that whatever else the machine does slows both alike.
import { quantile } from '../evaluate/bootstrap.ts';
import type { ModelAnswer } from '../evaluate/read-rows.ts';
import { modelAnswer } from '../evaluate/read-rows.ts';
import type { Samples } from '../evaluate/samples.ts';
import type { Reader } from '../reader.ts';

export interface PairRead {
  readonly candidate: readonly ModelAnswer[];
  /** Null without an incumbent. */
  readonly incumbent: readonly ModelAnswer[] | null;
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
  const rows = candidate.samples.labels.length;
  const newer: ModelAnswer[] = [];
  const older: ModelAnswer[] = [];
  const ratios: number[] = [];
  for (let row = 0; row < rows; row++) {
    // Who comes second finds the caches warm: each is second every other time.
    const early = row % 2 === 0 ? null : await ask(candidate, row, nowMs);
    const before = incumbent === null ? null : await ask(incumbent, row, nowMs);
    const now = early ?? (await ask(candidate, row, nowMs));
    newer.push(now.answer);
    if (before !== null) older.push(before.answer);
    if (row >= warmUpRows && before !== null && before.tookMs > 0)
      ratios.push(now.tookMs / before.tookMs);
    onRow(row + 1);
  }
  return {
    candidate: newer,
    incumbent: incumbent === null ? null : older,
    latencyRatio: ratios.length === 0 ? null : quantile(ratios, 0.5),
  };
}

/** Only the run itself is timed: reading and decoding the film are the same for both. */
async function ask({ reader, samples }: Contender, row: number, nowMs: () => number) {
  const { tensor } = await samples.read(row);
  const startedMs = nowMs();
  const output = await reader.infer(tensor, 1);
  const tookMs = nowMs() - startedMs;
  return { answer: modelAnswer(reader.manifest, output), tookMs };
}
