// Fine-tunes a graph: the part above a cut learns, epoch by epoch, until validation no longer gains; killed, it goes on.
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import { trainingBackend } from '../../engine/training-backend.ts';
import type { TrainingBackend } from '../../engine/training-backend.ts';
import type { Adam } from './adam.ts';
import type { Epoch } from './checkpoint.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { FineTuned, TrainingJob } from './job.ts';
import { headBiasName, headWeightsName, openTraining, trainEpoch, validate } from './training.ts';
import type { Training } from './training.ts';

const backendNames: Readonly<Record<TrainingBackend, string>> = {
  'tensorflow-gpu': 'TensorFlow on the GPU',
  tensorflow: 'TensorFlow',
  cpu: 'plain JavaScript, some hundred times slower than TensorFlow: see models/train/native',
};

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

const trainingHash = ({ settings, seed, questions, dataSha256, train }: TrainingJob): string =>
  createHash('sha256')
    .update(JSON.stringify({ settings, seed, questions, dataSha256, rows: train.lines.length }))
    .digest('hex');

type Outcome = Omit<FineTuned, 'backend'>;

async function untilTheEnd(training: Training): Promise<Outcome> {
  const { job, adam } = training;
  const hash = trainingHash(job);
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

function bestEpoch(epochs: readonly Epoch[]): Epoch {
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
