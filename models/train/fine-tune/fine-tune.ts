// Fine-tunes a graph: the part above a cut learns, epoch by epoch, until validation no longer gains; killed, it goes on.
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import type { ImageInput } from '../../bundle/manifest.ts';
import type { FloatTensor } from '../../engine/graph-session.ts';
import { trainingBackend } from '../../engine/training-backend.ts';
import type { TrainingBackend } from '../../engine/training-backend.ts';
import { auroc } from '../../evaluate/metrics.ts';
import { shuffled } from '../../evaluate/seeded-random.ts';
import type { GreyImage } from '../../imaging/grey-image.ts';
import { cutAt } from '../../onnx/cut.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import type { Augmentation } from '../augment.ts';
import { progressLines } from '../progress.ts';
import type { OnProgress } from '../progress.ts';
import { Adam, cosineRate } from './adam.ts';
import type { Epoch } from './checkpoint.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { crossEntropy } from './loss.ts';
import type { Targets } from './loss.ts';
import { chanceOf, openFrozenPart } from './pictures.ts';
import type { FrozenPart } from './pictures.ts';
import { trainableGraph } from './trainable-graph.ts';
import type { TrainableGraph } from './trainable-graph.ts';

export interface FineTuning {
  /** The tensor from which on all weights learn; null: from the picture on, which wants a GPU. */
  readonly cut: string | null;
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  /** Of the head, which begins at nothing, as a multiple. */
  readonly headRateFactor: number;
  readonly weightDecay: number;
  readonly averageDecay: number;
  readonly dropout: number;
  readonly labelSmoothing: number;
  /** Epochs without a smaller validation loss after which the training ends. */
  readonly patience: number;
  readonly augmentation: Augmentation;
}

/** Pictures of known answers: [n, questions] of 0 and 1. */
export interface Labelled {
  readonly pictures: readonly GreyImage[];
  /** What each picture's variations are drawn from, beside seed and epoch. */
  readonly lines: readonly number[];
  readonly answers: Uint8Array;
  readonly weights: Float32Array;
}

export interface TrainingJob {
  /** Ends in `features` [n, f], on which the head is put. */
  readonly model: OnnxModel;
  readonly input: ImageInput;
  readonly settings: FineTuning;
  readonly seed: number;
  readonly questions: number;
  /** Which question's AUROC is reported. */
  readonly headline: number;
  readonly train: Labelled;
  readonly validation: Labelled;
  readonly checkpoint: string;
  /** Of the data and anything else that decides the result beside the settings. */
  readonly dataSha256: string;
  readonly onProgress: OnProgress;
}

export interface FineTuned {
  /** By name in the model's graph. */
  readonly weights: ReadonlyMap<string, FloatTensor>;
  /** [questions, f] and [questions]. */
  readonly headWeights: Float32Array;
  readonly headBias: Float32Array;
  readonly epochs: readonly Epoch[];
  /** The epoch whose weights these are. */
  readonly best: Epoch;
  readonly backend: TrainingBackend;
}

const backendNames: Readonly<Record<TrainingBackend, string>> = {
  'tensorflow-gpu': 'TensorFlow on the GPU',
  tensorflow: 'TensorFlow',
  cpu: 'plain JavaScript, some hundred times slower than TensorFlow: see models/train/native',
};

const features = 'features';
const headWeightsName = 'head.weights';
const headBiasName = 'head.bias';
const warmUpShare = 0.05;
const validationBatch = 32;

export async function fineTune(job: TrainingJob): Promise<FineTuned> {
  const backend = await trainingBackend();
  job.onProgress(`gradients by ${backendNames[backend]}`);
  const training = await openTraining(job);
  try {
    return { ...(await untilTheEnd(training)), backend };
  } finally {
    await training.close();
  }
}

interface Training {
  readonly job: TrainingJob;
  readonly graph: TrainableGraph;
  readonly head: { readonly weights: tf.Variable; readonly bias: tf.Variable };
  readonly variables: ReadonlyMap<string, tf.Variable>;
  readonly adam: Adam;
  readonly frozen: FrozenPart;
  readonly validation: readonly FloatTensor[];
  readonly hash: string;
  close(): Promise<void>;
}

async function openTraining(job: TrainingJob): Promise<Training> {
  const { model, settings, input, questions } = job;
  const { lower, upper } =
    settings.cut === null ? { lower: null, upper: model } : cutAt(model, settings.cut);
  const graph = trainableGraph(upper);
  const width = featureWidth(model);
  const head = {
    weights: tf.variable(tf.zeros([width, questions])),
    bias: tf.variable(tf.zeros([questions])),
  };
  const variables = new Map([
    ...graph.variables,
    [headWeightsName, head.weights] as const,
    [headBiasName, head.bias] as const,
  ]);
  const headFactors = new Map([
    [headWeightsName, settings.headRateFactor],
    [headBiasName, settings.headRateFactor],
  ]);
  const adam = new Adam(variables, settings, headFactors);
  const frozen = await openFrozenPart(lower, input, settings.augmentation);
  return {
    job,
    graph,
    head,
    variables,
    adam,
    frozen,
    validation: await validationActivations(job, frozen),
    hash: trainingHash(job),
    async close() {
      await frozen.close();
      adam.dispose();
      graph.dispose();
      tf.dispose([head.weights, head.bias]);
    },
  };
}

function featureWidth({ outputs }: OnnxModel): number {
  const dims = outputs.find(({ name }) => name === features)?.dims;
  const width = dims?.[1];
  if (typeof width !== 'number') throw new Error(`the model has no "${features}" [n, f]`);
  return width;
}

const trainingHash = ({ settings, seed, questions, dataSha256, train }: TrainingJob): string =>
  createHash('sha256')
    .update(JSON.stringify({ settings, seed, questions, dataSha256, rows: train.lines.length }))
    .digest('hex');

/** As they are and the same in every epoch, so they are carried through the frozen part once. */
async function validationActivations(
  { validation: { pictures }, onProgress }: TrainingJob,
  frozen: FrozenPart,
): Promise<readonly FloatTensor[]> {
  const step = progressLines('validation pictures', pictures.length, { onProgress });
  const batches: FloatTensor[] = [];
  for (let from = 0; from < pictures.length; from += validationBatch) {
    const some = pictures.slice(from, from + validationBatch);
    batches.push(await frozen.activations(some, null));
    for (const _ of some) step();
  }
  return batches;
}

type Outcome = Omit<FineTuned, 'backend'>;

async function untilTheEnd(training: Training): Promise<Outcome> {
  const { job, adam, hash } = training;
  const { settings, checkpoint, onProgress } = job;
  const found = await readCheckpoint(checkpoint, hash);
  const epochs: Epoch[] = [...(found?.epochs ?? [])];
  let best = found === null ? null : bestOf(found.tensors);
  if (found !== null) {
    adam.restore(found.tensors, found.steps);
    onProgress(`going on after epoch ${epochs.length} of ${settings.epochs}: ${checkpoint}`);
  }
  while (epochs.length < settings.epochs && !isOver(epochs, settings.patience)) {
    const number = epochs.length + 1;
    const trainingLoss = await trainEpoch(training, number);
    const measured = await validate(training);
    epochs.push({ number, trainingLoss, ...measured });
    if (bestEpoch(epochs).number === number) best = await averagesOf(adam);
    if (best === null) throw new Error('no epoch was the best');
    await writeCheckpoint(checkpoint, hash, {
      epochs,
      steps: adam.steps,
      tensors: new Map([...(await adam.state()), ...prefixed(best)]),
    });
    onProgress(lineOf(epochs, settings.epochs));
  }
  if (best === null) throw new Error('a training of no epochs');
  return resultOf(training, epochs, best);
}

const bestPrefix = 'best/';

const prefixed = (values: ReadonlyMap<string, Float32Array>) =>
  [...values].map(([name, data]) => [`${bestPrefix}${name}`, data] as const);

const bestOf = (tensors: ReadonlyMap<string, Float32Array>): ReadonlyMap<string, Float32Array> =>
  new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(bestPrefix))
      .map(([name, data]) => [name.slice(bestPrefix.length), data]),
  );

async function averagesOf(adam: Adam): Promise<ReadonlyMap<string, Float32Array>> {
  const values = new Map<string, Float32Array>();
  for (const [name, average] of adam.averages) values.set(name, await average.data<'float32'>());
  return values;
}

export function bestEpoch(epochs: readonly Epoch[]): Epoch {
  const [first, ...others] = epochs;
  if (first === undefined) throw new Error('no epochs');
  return others.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a), first);
}

const isOver = (epochs: readonly Epoch[], patience: number): boolean =>
  epochs.length > 0 && epochs.length - bestEpoch(epochs).number >= patience;

const lineOf = (epochs: readonly Epoch[], of: number): string => {
  const last = epochs.at(-1);
  if (last === undefined) return '';
  const { number, trainingLoss, validationLoss, validationAuroc } = last;
  return `epoch ${number} of ${of}: training loss ${trainingLoss.toFixed(4)}, validation ${validationLoss.toFixed(4)}, AUROC ${validationAuroc.toFixed(4)}${bestEpoch(epochs) === last ? ' (best)' : ''}`;
};

/** Mean loss of the epoch's batches. */
async function trainEpoch(training: Training, epoch: number): Promise<number> {
  const { job, adam, frozen } = training;
  const { settings, seed, train, onProgress } = job;
  const { batch, epochs, learningRate } = settings;
  const order = shuffled(train.pictures.length, chanceOf(seed, epoch, 0));
  const batches = Math.floor(order.length / batch);
  const schedule = {
    peak: learningRate,
    steps: epochs * batches,
    warmUpSteps: Math.max(1, Math.round(warmUpShare * epochs * batches)),
  };
  const step = progressLines(`epoch ${epoch} of ${epochs}`, batches, { onProgress });
  let sum = 0;
  for (let i = 0; i < batches; i++) {
    const rows = [...order.subarray(i * batch, (i + 1) * batch)];
    const chances = rows.map((row) => chanceOf(seed, epoch, train.lines[row] ?? 0));
    const activations = await frozen.activations(
      rows.map((row) => pictureAt(train, row)),
      chances,
    );
    const targets = targetsOf(train, rows, job.questions);
    sum += learn(training, { activations, targets, rate: cosineRate(adam.steps, schedule) });
    step();
  }
  return sum / batches;
}

function pictureAt({ pictures }: Labelled, row: number): GreyImage {
  const picture = pictures[row];
  if (picture === undefined) throw new Error(`row ${row} of ${pictures.length}`);
  return picture;
}

function targetsOf(
  { answers, weights }: Labelled,
  rows: readonly number[],
  questions: number,
): Targets {
  const some = new Float32Array(rows.length * questions);
  for (const [i, row] of rows.entries())
    some.set(answers.subarray(row * questions, (row + 1) * questions), i * questions);
  return {
    questions,
    answers: some,
    weights: Float32Array.from(rows, (row) => weights[row] ?? 1),
  };
}

interface Lesson {
  readonly activations: FloatTensor;
  readonly targets: Targets;
  readonly rate: number;
}

function learn(training: Training, { activations, targets, rate }: Lesson): number {
  const { job, graph, head, variables, adam } = training;
  const { dropout, labelSmoothing } = job.settings;
  const { value, grads } = tf.variableGrads(
    () => {
      const seen = graph.compute(channelsLast(activations), features);
      const kept = dropout === 0 ? seen : tf.dropout(seen, dropout, undefined, adam.steps + 1);
      const logits = tf.add(tf.matMul(kept, head.weights), head.bias) as tf.Tensor2D;
      return crossEntropy(logits, targets, labelSmoothing);
    },
    [...variables.values()],
  );
  const gradients = new Map(
    [...variables].map(([name, variable]) => [name, grads[variable.name] as tf.Tensor]),
  );
  adam.step(gradients, rate);
  const [loss = Number.NaN] = value.dataSync();
  tf.dispose([value, ...gradients.values()]);
  if (!Number.isFinite(loss)) throw new Error(`the loss became ${loss} after ${adam.steps} steps`);
  return loss;
}

const channelsLast = ({ dims, data }: FloatTensor): tf.Tensor =>
  tf.transpose(tf.tensor(data, [...dims], 'float32'), [0, 2, 3, 1]);

/** With the averaged weights, which are those that a training ends with. */
async function validate(training: Training): Promise<Omit<Epoch, 'number' | 'trainingLoss'>> {
  const { job, variables, adam, graph, head } = training;
  const { validation, questions, headline } = job;
  const current = [...variables].map(([name, variable]) => [name, tf.clone(variable)] as const);
  for (const [name, average] of adam.averages) variables.get(name)?.assign(average as tf.Tensor);
  try {
    const logits = new Float32Array(validation.pictures.length * questions);
    let at = 0;
    for (const activations of training.validation) {
      const some = tf.tidy(() => {
        const seen = graph.compute(channelsLast(activations), features) as tf.Tensor2D;
        return tf.add(tf.matMul(seen, head.weights), head.bias);
      });
      logits.set(await some.data<'float32'>(), at);
      at += some.size;
      some.dispose();
    }
    const all = Array.from(validation.pictures.keys());
    const loss = tf.tidy(() =>
      crossEntropy(
        tf.tensor2d(logits, [all.length, questions]),
        targetsOf(validation, all, questions),
        0,
      ).dataSync(),
    );
    const column = (values: ArrayLike<number>) =>
      all.map((row) => values[row * questions + headline] ?? Number.NaN);
    return {
      validationLoss: loss[0] ?? Number.NaN,
      validationAuroc: auroc(
        Float64Array.from(column(logits)),
        Uint8Array.from(column(validation.answers)),
      ),
    };
  } finally {
    for (const [name, value] of current) {
      variables.get(name)?.assign(value);
      value.dispose();
    }
  }
}

async function resultOf(
  { graph, variables, job }: Training,
  epochs: readonly Epoch[],
  best: ReadonlyMap<string, Float32Array>,
): Promise<Outcome> {
  const valueOf = (name: string) => {
    const data = best.get(name);
    if (data === undefined) throw new Error(`the best epoch has no "${name}"`);
    return data;
  };
  const tensors = new Map(
    [...graph.variables].map(([name, { shape }]) => [name, tf.tensor(valueOf(name), shape)]),
  );
  try {
    const { shape } = variables.get(headWeightsName) ?? { shape: [0, 0] };
    return {
      weights: await graph.exported(tensors),
      headWeights: turned(valueOf(headWeightsName), shape[0] ?? 0, job.questions),
      headBias: Float32Array.from(valueOf(headBiasName)),
      epochs,
      best: bestEpoch(epochs),
    };
  } finally {
    tf.dispose([...tensors.values()]);
  }
}

/** [rows, columns] -> [columns, rows] */
function turned(data: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = data[row * columns + column] ?? Number.NaN;
  return result;
}
