// One training in memory: its graph cut in two, its head, its optimiser; an epoch learnt, and what validation says of it.
import * as tf from '@tensorflow/tfjs-core';
import type { FloatTensor } from '../../engine/graph-session.ts';
import { auroc } from '../../evaluate/metrics.ts';
import { shuffled } from '../../evaluate/seeded-random.ts';
import type { GreyImage } from '../../imaging/grey-image.ts';
import { cutAt } from '../../onnx/cut.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { progressLines } from '../progress.ts';
import { Adam, cosineRate } from './adam.ts';
import type { Epoch } from './checkpoint.ts';
import type { Labelled, TrainingJob } from './job.ts';
import { crossEntropy } from './loss.ts';
import type { Targets } from './loss.ts';
import { chanceOf, openFrozenPart } from './pictures.ts';
import type { FrozenPart } from './pictures.ts';
import { trainableGraph } from './trainable-graph.ts';
import type { TrainableGraph } from './trainable-graph.ts';

const features = 'features';
export const headWeightsName = 'head.weights';
export const headBiasName = 'head.bias';
const warmUpShare = 0.05;
const validationBatch = 32;

export interface Training {
  readonly job: TrainingJob;
  readonly graph: TrainableGraph;
  readonly head: { readonly weights: tf.Variable; readonly bias: tf.Variable };
  readonly variables: ReadonlyMap<string, tf.Variable>;
  readonly adam: Adam;
  readonly frozen: FrozenPart;
  readonly validation: readonly FloatTensor[];
  close(): Promise<void>;
}

export async function openTraining(job: TrainingJob): Promise<Training> {
  const { model, settings, input } = job;
  const { lower, upper } =
    settings.cut === null ? { lower: null, upper: model } : cutAt(model, settings.cut);
  const graph = trainableGraph(upper);
  const head = headOf(job);
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
    async close() {
      await frozen.close();
      adam.dispose();
      graph.dispose();
      tf.dispose([head.weights, head.bias]);
    },
  };
}

function headOf({ model, head, questions }: TrainingJob): Training['head'] {
  const width = featureWidth(model);
  if (head === null)
    return {
      weights: tf.variable(tf.zeros([width, questions])),
      bias: tf.variable(tf.zeros([questions])),
    };
  const weights = tf.tensor2d(head.weights, [questions, width]);
  return { weights: tf.variable(tf.transpose(weights)), bias: tf.variable(tf.tensor1d(head.bias)) };
}

function featureWidth({ outputs }: OnnxModel): number {
  const dims = outputs.find(({ name }) => name === features)?.dims;
  const width = dims?.[1];
  if (typeof width !== 'number') throw new Error(`the model has no "${features}" [n, f]`);
  return width;
}

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

/** Mean loss of the epoch's batches. */
export async function trainEpoch(training: Training, epoch: number): Promise<number> {
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
  const { value, grads } = tf.variableGrads(() => {
    const seen = graph.compute(channelsLast(activations), features);
    const kept = dropout === 0 ? seen : tf.dropout(seen, dropout, undefined, adam.steps + 1);
    const logits = tf.add(tf.matMul(kept, head.weights), head.bias) as tf.Tensor2D;
    return crossEntropy(logits, targets, labelSmoothing);
  }, [...variables.values()]);
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
export async function validate(
  training: Training,
): Promise<Omit<Epoch, 'number' | 'trainingLoss'>> {
  const { job, variables, adam, graph, head } = training;
  const { validation, questions, headline } = job;
  const current = [...variables].map(([name, variable]) => [name, tf.clone(variable)] as const);
  for (const [name, average] of adam.averages) variables.get(name)?.assign(average);
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
