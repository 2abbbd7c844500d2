// Between the protocol's JSON tensors and the engine's arrays: names, types, shapes and lengths are checked on the way in.
import { InputError } from '../../fleet/errors.ts';
import type { BundleManifest } from '../../models/bundle/manifest.ts';
import type { EngineOutput } from '../../models/engine/engine.ts';
import { calibrated } from '../../models/evaluate/calibrate.ts';
import { isFamiliar, isKnown, unknownFilm } from '../../models/known/refuse-unknown.ts';
import type { InferRequestBody } from './schemas/open-inference.ts';

/** Batches gain nothing on a CPU (it is slower per picture than one by one), and a run must end within its deadline. */
export const imagesPerRequestMax = 16;
export const rowsPerRequestMax = 4_096;

export interface Tensor {
  readonly name: string;
  readonly datatype: 'FP32';
  readonly shape: number[];
}

/** -1 stands for the number of samples. */
export function inputTensor({ input }: BundleManifest): Tensor {
  const shape =
    input.kind === 'image'
      ? [-1, input.channels, input.height, input.width]
      : [-1, input.columns.length];
  return { name: input.tensor, datatype: 'FP32', shape };
}

export function outputTensors({ outputs, gate }: BundleManifest): readonly Tensor[] {
  return [
    ...declared(probabilityOutput, [-1, 1]),
    ...declared(outputs.logit, [-1, 1]),
    ...declared(outputs.cam, [-1, 1, -1, -1]),
    ...declared(outputs.features, [-1, -1]),
    ...declared(outputs.grades, [-1, -1]),
    ...declared(gate && knownOutput, [-1, 1]),
    ...declared(gate?.familiar && familiarOutput, [-1, 1]),
  ];
}

const declared = (name: string | undefined, shape: number[]): Tensor[] =>
  name === undefined ? [] : [{ name, datatype: 'FP32', shape }];

/** Ours besides the graph's own outputs, so that no client has to calibrate by itself. */
const probabilityOutput = 'probability';

/** 1 where the model's gate knows the sample as its kind of film, 0 where its score means nothing. */
const knownOutput = 'known';

/** 0 where few of the films that the model was made for look like the sample: the model abstains, whatever its score. */
const familiarOutput = 'familiar';

/** The samples of a request as the engine wants them. */
export function samplesFrom(
  { inputs }: Pick<InferRequestBody, 'inputs'>,
  manifest: BundleManifest,
): { readonly input: Float32Array; readonly n: number } {
  const expected = inputTensor(manifest);
  const [one] = inputs;
  if (one === undefined || inputs.length > 1 || one.name !== expected.name)
    throw wrong('wrong-input', {
      found: `The inputs are ${inputs.map((given) => `"${given.name}"`).join(', ')}`,
      why: `${manifest.name} takes exactly one`,
      remedy: `Send one tensor named "${expected.name}"`,
    });
  if (one.datatype !== 'FP32')
    throw wrong('wrong-datatype', {
      found: `The datatype is "${one.datatype}"`,
      why: 'The model computes in 32-bit floating point',
      remedy: 'Send "FP32"',
    });
  const n = samplesIn(one.shape, manifest);
  return { input: numbersOf(one.data, one.shape), n };
}

function samplesIn(shape: readonly number[], manifest: BundleManifest): number {
  const expected = inputTensor(manifest).shape;
  const nMax = manifest.input.kind === 'image' ? imagesPerRequestMax : rowsPerRequestMax;
  const [n = 0, ...sample] = shape;
  if (n >= 1 && n <= nMax && sample.join() === expected.slice(1).join()) return n;
  throw wrong('wrong-shape', {
    found: `The shape is [${shape.join(', ')}]`,
    why: `${manifest.name} reads 1 to ${nMax} samples at a time`,
    remedy: `Send [n, ${expected.slice(1).join(', ')}] with n from 1 to ${nMax}`,
  });
}

function numbersOf(data: readonly unknown[], shape: readonly number[]): Float32Array {
  const length = shape.reduce((product, size) => product * size, 1);
  const numbers = new Float32Array(length);
  const written = copyInto(numbers, 0, data);
  if (written === length) return numbers;
  throw wrong('wrong-data', {
    found: `The data has ${written > length ? 'more' : 'fewer'} numbers than its shape [${shape.join(', ')}]`,
    why: `They must be exactly ${length}, row by row`,
    remedy: 'Correct the shape or the data',
  });
}

/** Flat or nested, as the protocol allows; returns where the next number would go, at most one beyond the end. */
function copyInto(numbers: Float32Array, start: number, data: readonly unknown[]): number {
  let at = start;
  for (const item of data) {
    if (at > numbers.length) return at;
    if (Array.isArray(item)) at = copyInto(numbers, at, item);
    else numbers[at++] = finite(item);
  }
  return at;
}

function finite(item: unknown): number {
  // Beyond 3.4e38 a number is infinite in 32 bits, and an infinite input gives a meaningless answer.
  if (typeof item === 'number' && Number.isFinite(Math.fround(item))) return item;
  throw wrong('wrong-data', {
    found: `The data holds ${typeof item === 'number' ? 'a number too large for FP32' : `an item of type ${typeof item}`}`,
    why: 'A model can only compute with finite numbers',
    remedy: 'Send finite numbers',
  });
}

/** The outputs asked for, or all. */
export function answerTensors(
  output: EngineOutput,
  n: number,
  { manifest, requested }: { manifest: BundleManifest; requested: InferRequestBody['outputs'] },
) {
  const { logit, cam, camHeight, camWidth, features, grades } = output;
  const { outputs, calibration } = manifest;
  const all = new Map<string, { readonly shape: number[]; readonly data: number[] }>();
  const probabilities = Array.from(logit, (one) => calibrated(calibration, one));
  all.set(probabilityOutput, { shape: [n, 1], data: probabilities });
  all.set(outputs.logit, { shape: [n, 1], data: [...logit] });
  if (outputs.cam !== undefined && cam !== null)
    all.set(outputs.cam, { shape: [n, 1, camHeight, camWidth], data: [...cam] });
  if (outputs.features !== undefined && features !== null)
    all.set(outputs.features, { shape: [n, features.length / n], data: [...features] });
  if (outputs.grades !== undefined && grades !== undefined)
    all.set(outputs.grades, { shape: [n, grades.length / n], data: [...grades] });
  if (manifest.gate !== undefined)
    all.set(knownOutput, knownTensor(output, n, { manifest, requested }));
  if (manifest.gate?.familiar !== undefined)
    all.set(familiarOutput, { shape: [n, 1], data: flags(n, isFamiliar, { manifest, output }) });
  const names = requested?.map(({ name }) => name) ?? [...all.keys()];
  return names.flatMap((name) => {
    const tensor = all.get(name);
    return tensor === undefined ? [] : [{ name, datatype: 'FP32', ...tensor }];
  });
}

/** A client that leaves this output away would take the score of anything for that of a film: it is refused then. */
function knownTensor(
  output: EngineOutput,
  n: number,
  { manifest, requested }: { manifest: BundleManifest; requested: InferRequestBody['outputs'] },
) {
  const known = flags(n, isKnown, { manifest, output });
  const isIgnored = requested?.every(({ name }) => name !== knownOutput) === true;
  if (isIgnored && known.includes(0)) throw unknownFilm(manifest);
  return { shape: [n, 1], data: known };
}

const flags = (
  n: number,
  holds: typeof isKnown,
  { manifest, output }: { manifest: BundleManifest; output: EngineOutput },
) => Array.from({ length: n }, (_, i) => Number(holds(manifest, output, i)));

/** Before any work is done for them. */
export function checkRequestedOutputs(
  { outputs }: Pick<InferRequestBody, 'outputs'>,
  manifest: BundleManifest,
): void {
  const known = outputTensors(manifest).map(({ name }) => name);
  const unknown = outputs?.find(({ name }) => !known.includes(name));
  if (unknown === undefined) return;
  throw wrong('unknown-output', {
    found: `The output "${unknown.name}" is asked for`,
    why: `${manifest.name} has none of that name`,
    remedy: `Ask for ${known.join(', ')}, or leave "outputs" away for all`,
  });
}

const wrong = (code: string, parts: InputError['parts']) => new InputError(code, parts);
