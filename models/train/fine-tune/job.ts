// What a fine-tuning is told, and what it gives back.
import type { ImageInput } from '../../bundle/manifest.ts';
import type { FloatTensor } from '../../engine/graph-session.ts';
import type { TrainingBackend } from '../../engine/training-backend.ts';
import type { GreyImage } from '../../imaging/grey-image.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import type { Augmentation } from '../augment.ts';
import type { OnProgress } from '../progress.ts';
import type { Epoch } from './checkpoint.ts';

/** A published version of the recipe's own model, to learn from. */
export interface TeacherSettings {
  readonly version: string;
  /** Of each answer that is learnt: what the teacher says of the film; the rest is what the readers said. */
  readonly share: number;
}

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
  readonly teacher: TeacherSettings | null;
}

/** Pictures of known answers: [n, questions] from 0 to 1. */
export interface Labelled {
  readonly pictures: readonly GreyImage[];
  /** What each picture's variations are drawn from, beside seed and epoch. */
  readonly lines: readonly number[];
  readonly answers: Float32Array;
  readonly weights: Float32Array;
}

/** [questions, f] and [questions]. */
export interface Heads {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export interface TrainingJob {
  /** Ends in `features` [n, f], on which the head is put. */
  readonly model: OnnxModel;
  /** What the head begins as; null: as nothing. */
  readonly head: Heads | null;
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
