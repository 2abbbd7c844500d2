// A contender's answers to every row of the validation set.
import type { BundleManifest } from '../bundle/manifest.ts';
import type { ModelAnswer } from '../evaluate/read-rows.ts';

export interface Answers {
  readonly manifest: BundleManifest;
  /** In the order of the rows. */
  readonly answers: readonly ModelAnswer[];
}

/** Both contenders' answers to the same rows. */
export interface PairedAnswers {
  readonly patients: readonly string[];
  readonly candidate: Answers;
  readonly incumbent: Answers;
}
