// What a model card states: metrics with their intervals, in one shape for evaluation, card and gate.

/** A figure with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** `evenkeel evaluate --json`. Counts are of images (`n`) and of patients, over whom the intervals are resampled. */
export interface Evaluation {
  readonly model: string;
  readonly version: string;
  readonly task: string;
  readonly n: number;
  readonly patients: number;
  readonly threshold: number;
  readonly auroc: Estimate;
  readonly accuracy: Estimate;
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
  /** Expected calibration error, ten equal-width bins. */
  readonly ece: number;
  /** How many of the n the model's gate would refuse, although they are counted in all figures. Absent without a gate. */
  readonly refused?: number;
}
