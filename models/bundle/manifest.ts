// What a model bundle says of itself: the manifest beside `model.onnx`, in one shape for training, serving and evaluation.
import type { InputReference } from '../drift/stability.ts';

export interface ImageInput {
  readonly kind: 'image';
  /** Name of the ONNX input; float32, [n, channels, height, width]. */
  readonly tensor: string;
  readonly channels: 3;
  readonly height: number;
  readonly width: number;
  /** Grey, squashed to height x width with `kernel`, copied to every channel, then (grey - mean) / deviation. */
  readonly resize: { readonly fit: 'squash'; readonly kernel: string };
  readonly mean: number;
  readonly deviation: number;
  /** What the picture must show, in words for the person who uploads it. */
  readonly expects: string;
}

export interface TableInput {
  readonly kind: 'table';
  /** Name of the ONNX input; float32, [n, columns]. Standardisation is inside the graph. */
  readonly tensor: string;
  readonly columns: readonly string[];
}

/** The calibrated probability is 1 / (1 + exp(-(slope * logit + intercept))) (Platt scaling). */
export interface Calibration {
  readonly slope: number;
  readonly intercept: number;
}

/** The grade is the number of k whose cumulative logit exceeds cuts[k]: one cut fewer than names. */
export interface GradeScale {
  readonly names: readonly string[];
  readonly cuts: readonly number[];
  /** The lowest grade that counts as the finding. Absent in bundles made before it was stated: then as `findingFrom` says. */
  readonly findingFrom?: number;
}

export interface GateLimits {
  readonly marginMin: number;
  readonly distanceMax: number;
}

/**
 * Tells this model's kind of film from everything else. A film is refused whose margin (log-odds against the
 * counter-examples of the fit) is below `marginMin`, or whose squared distance from the training films is above
 * `distanceMax`.
 */
export interface Gate extends GateLimits {
  /** Names of ONNX outputs, float32, [n, 1] each. */
  readonly outputs: { readonly margin: string; readonly distance: string };
  /** A film beyond these is scored, but the model abstains: few of those it was made for lie there. Absent in older bundles. */
  readonly familiar?: GateLimits;
}

export interface GoldenInput {
  /** A PNG beside the manifest (image) or the row itself (table): a phantom, never a patient. */
  readonly input: string | readonly number[];
  readonly logit: number;
}

export interface BundleFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** What the model was validated with, and what the first of its name must reach there before people approve of it. */
interface Validation {
  /** SHA-256 of the manifest CSV of the validation set. */
  readonly setSha256: string;
  /** For the lower ends of the 95 % intervals. */
  readonly floors: {
    readonly auroc: number;
    readonly sensitivity: number;
    readonly specificity: number;
  };
}

export interface BundleManifest {
  readonly formatVersion: 1;
  readonly name: string;
  /** Semantic version; the registry folder is `<name>/<version>`. */
  readonly version: string;
  /** The manifest CSV's `task` this model answers, e.g. `cxr-pneumonia`. */
  readonly task: string;
  /** What probability is the probability of, e.g. `pneumonia`. */
  readonly label: string;
  readonly model: BundleFile;
  /** Every other file of the bundle, so that one signature over this manifest covers the whole of it. */
  readonly files: readonly BundleFile[];
  readonly input: ImageInput | TableInput;
  /**
   * logit [n, 1]; images also cam [n, 1, h, w] (mean + bias = logit) and features [n, f]. Models that grade:
   * grades [n, k], the logit of P(grade > k) for each k.
   */
  readonly outputs: {
    readonly logit: string;
    readonly cam?: string;
    readonly features?: string;
    readonly grades?: string;
  };
  /** Only with `outputs.grades`. */
  readonly grades?: GradeScale;
  /** Absent where there is nothing to tell apart: in tables, and in image bundles made before there were gates. */
  readonly gate?: Gate;
  readonly calibration: Calibration;
  /** On the calibrated probability. [low, high] around the threshold abstains. */
  readonly threshold: number;
  readonly unsure: { readonly low: number; readonly high: number };
  readonly golden: readonly GoldenInput[];
  readonly validation?: Validation;
  /** What readings of the validation set look like, for telling when those in service no longer do. */
  readonly reference?: InputReference;
  readonly licence: string;
  readonly provenance: Readonly<Record<string, string>>;
}
