// Answers the bundle's golden inputs on the engine at hand; a model that answers otherwise must not read radiographs.
import { InputError } from '../../fleet/errors.ts';
import type { Bundle } from '../bundle/load-bundle.ts';
import type { BundleManifest, GoldenInput } from '../bundle/manifest.ts';
import { decodeGrey } from '../imaging/decode.ts';
import { preprocess } from '../imaging/preprocess.ts';
import { logitDeltaMax } from './engine.ts';
import type { LoadedModel } from './engine.ts';

/** The largest |delta| in logit seen; `InputError` 'golden-mismatch' when it exceeds `logitDeltaMax`. */
export async function selfTest(bundle: Bundle, model: LoadedModel): Promise<number> {
  let worst = 0;
  for (const golden of bundle.manifest.golden) {
    const { logit } = await model.run(await goldenTensor(bundle, golden), 1);
    const delta = Math.abs((logit[0] ?? Number.NaN) - golden.logit);
    if (!(delta <= logitDeltaMax)) throw mismatch(bundle.manifest, golden, logit[0]);
    worst = Math.max(worst, delta);
  }
  return worst;
}

/** What the model answers now to the golden input at `index`: for checks of a model that serves. */
export async function goldenLogit(
  bundle: Bundle,
  model: LoadedModel,
  index: number,
): Promise<number> {
  const golden = bundle.manifest.golden[index];
  if (golden === undefined) throw new Error(`${bundle.manifest.name} has no golden input ${index}`);
  const { logit } = await model.run(await goldenTensor(bundle, golden), 1);
  return logit[0] ?? Number.NaN;
}

/** The tensor of one golden input, from the verified picture or the row in the manifest. */
export async function goldenTensor(
  { files, manifest }: Pick<Bundle, 'files' | 'manifest'>,
  golden: Pick<GoldenInput, 'input'>,
): Promise<Float32Array> {
  if (typeof golden.input !== 'string') return Float32Array.from(golden.input);
  if (manifest.input.kind !== 'image') throw new Error('a picture for a table was let through');
  const picture = files.get(golden.input);
  if (picture === undefined) throw new Error(`${golden.input} is not listed and was let through`);
  return preprocess(await decodeGrey(picture), manifest.input);
}

function mismatch(
  { name, version }: BundleManifest,
  golden: GoldenInput,
  logit: number | undefined,
): InputError {
  const input = typeof golden.input === 'string' ? golden.input : 'a golden row';
  return new InputError('golden-mismatch', {
    found: `${name} ${version} gives logit ${logit} for ${input} instead of ${golden.logit}`,
    why: `Answers must agree within ${logitDeltaMax} with those of the model that was evaluated`,
    remedy:
      'Choose the other engine, or restore the bundle and the packages to their locked versions',
  });
}
