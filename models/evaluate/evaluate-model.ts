// `evenkeel evaluate`: reads every row of a manifest with a bundle, as serving would, and measures the answers.
import type { Evaluation } from '../../fleet/card.ts';
import type { Bundle } from '../bundle/load-bundle.ts';
import { namedBundle } from '../bundle/named-bundle.ts';
import { registryRoot } from '../bundle/registry.ts';
import { readTrustedKeys } from '../bundle/trusted-keys.ts';
import { readTable } from '../data/manifest.ts';
import type { Engine } from '../engine/engine.ts';
import type { Reader } from '../reader.ts';
import { openReader } from '../reader.ts';
import type { LogitRows } from './evaluation.ts';
import { evaluation } from './evaluation.ts';
import type { Samples } from './samples.ts';
import { selectSamples } from './samples.ts';

export interface EvaluateRequest {
  /** A name in the registry (what serves), or a folder with a manifest.json. */
  readonly model: string;
  /** A manifest CSV; for the table model also the table itself. */
  readonly manifest: string;
  /** What the manifest's paths are relative to. */
  readonly root: string;
  /** A value of the column `split`, or `official`; all rows of the model's task when left out. */
  readonly split?: string;
  readonly engine: Engine;
  readonly registry?: string;
  /** The file of the keys whose signatures count; those of the checkout when left out. */
  readonly trustedKeysFile?: string;
  /** Called before the first row; a bundle without a signer is a draft. */
  readonly onBundle?: (bundle: Bundle) => void;
  /** Called after each row with the number of rows done and of all rows. */
  readonly onRow?: (done: number, total: number) => void;
}

/** Rows of other tasks are ignored. Throws `InputError` for everything wrong with model, manifest or files. */
export async function evaluateModel(request: EvaluateRequest): Promise<Evaluation> {
  const keys = await readTrustedKeys(request.trustedKeysFile);
  const { model, registry = registryRoot } = request;
  const bundle = await namedBundle(model, { keys, registry });
  request.onBundle?.(bundle);
  const text = await readTable(request.manifest, 'manifest');
  const samples = selectSamples(bundle.manifest, text, request);
  const reader = await openReader(bundle, request.engine);
  try {
    const logits = await readLogits(reader, samples, request);
    return evaluation(bundle.manifest, { ...samples, logits });
  } finally {
    await reader.close();
  }
}

async function readLogits(
  reader: Reader,
  { labels, read }: Samples,
  { onRow }: EvaluateRequest,
): Promise<LogitRows['logits']> {
  const logits = new Float64Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    const { tensor } = await read(row);
    const { logit } = await reader.infer(tensor, 1);
    logits[row] = logit[0] ?? Number.NaN;
    onRow?.(row + 1, labels.length);
  }
  return logits;
}
