// Makes a bundle's model out of a running graph: names outputs, checks sizes, and lets one run at a time through.
import { InputError } from '../../fleet/errors.ts';
import type { Bundle } from '../bundle/load-bundle.ts';
import type { BundleManifest } from '../bundle/manifest.ts';
import type { EngineOutput, LoadedModel } from './engine.ts';
import type { FloatTensor, GraphSession } from './graph-session.ts';

/** Most samples in one run: 64 pictures of 224 px take about 1 GB while they are computed. */
export const samplesMax = 64;

/** `open` is called once with the bundle's verified bytes. */
export async function loadedModel(
  { manifest, modelBytes }: Bundle,
  open: (modelBytes: Uint8Array) => Promise<GraphSession>,
): Promise<LoadedModel> {
  const session = await open(modelBytes);
  let last: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | null = null;

  const queued = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };

  return {
    async run(input, n) {
      if (closing) throw new Error(`${manifest.name} was closed`);
      const dims = inputDims(manifest, input.length, n);
      return queued(async () => {
        const names = [
          ...Object.values(manifest.outputs),
          ...Object.values(manifest.gate?.outputs ?? {}),
        ];
        const tensors = await session.run(
          { name: manifest.input.tensor, dims, data: input },
          names,
        );
        const byName = new Map(names.map((name, i) => [name, tensors[i]]));
        return outputFrom(manifest, byName, n);
      });
    },
    close() {
      closing ??= queued(() => session.close());
      return closing;
    },
  };
}

function inputDims({ input }: BundleManifest, length: number, n: number): readonly number[] {
  const sample =
    input.kind === 'image' ? [input.channels, input.height, input.width] : [input.columns.length];
  const size = sample.reduce((a, b) => a * b, 1);
  if (!Number.isInteger(n) || n < 1 || n > samplesMax || length !== n * size)
    throw new InputError('wrong-input-size', {
      found: `The input holds ${length} values for ${n} samples`,
      why: `Each sample takes ${sample.join(' x ')} values, and a run takes 1 to ${samplesMax} samples`,
      remedy: 'Send the samples whole, and large batches in parts',
    });
  return [n, ...sample];
}

function outputFrom(
  { outputs, gate, name, grades: scale }: BundleManifest,
  tensors: ReadonlyMap<string, FloatTensor | undefined>,
  n: number,
): EngineOutput {
  const find = (output: string | undefined) =>
    output === undefined ? undefined : tensors.get(output);
  const eachOf = (output: string) => {
    const { data } = find(output) ?? {};
    if (data?.length !== n) throw new Error(`${name}: "${output}" is not [n, 1]`);
    return data;
  };
  const grades = find(outputs.grades);
  if (scale !== undefined && grades?.data.length !== n * scale.cuts.length)
    throw new Error(`${name}: "${outputs.grades}" is not [n, ${scale.cuts.length}]`);
  return {
    logit: eachOf(outputs.logit),
    ...mapOf(find(outputs.cam)),
    features: find(outputs.features)?.data ?? null,
    ...(grades && { grades: grades.data }),
    gate: gate
      ? { margin: eachOf(gate.outputs.margin), distance: eachOf(gate.outputs.distance) }
      : null,
  };
}

function mapOf(cam: FloatTensor | undefined) {
  const [, , camHeight = 0, camWidth = 0] = cam?.dims ?? [];
  return { cam: cam?.data ?? null, camHeight, camWidth };
}
