// What an image model's recipe decides; everything else is the same for all of them.
import type { DataSetName } from '../data/deposits.ts';
import type { ManifestRow } from '../data/manifest.ts';
import type { GreyImage } from '../imaging/grey-image.ts';
import type { Augmentation } from './augment.ts';

interface TestSet {
  readonly split: string;
  readonly title: string;
  readonly note: string;
}

export interface ImageRecipe {
  readonly name: DataSetName;
  readonly title: string;
  /** What the probability is the probability of. */
  readonly label: string;
  readonly expects: string;
  readonly use: string;
  readonly population: string;
  readonly limits: readonly string[];
  readonly splitRule: string;
  readonly transformations: readonly string[];
  readonly shortcutNote: string;
  /** Rows that may be learned from, and rows that choose penalty, calibration, threshold and band. */
  readonly select: (rows: readonly ManifestRow[]) => {
    readonly train: readonly ManifestRow[];
    readonly validation: readonly ManifestRow[];
  };
  /** As `evaluate --split` takes them; the first is the headline. */
  readonly tests: readonly [TestSet, ...TestSet[]];
  readonly augmentation: Augmentation;
  readonly copies: number;
  readonly penalties: readonly number[];
  /** Share of the validation films that the model decides by itself. */
  readonly coverage: number;
  readonly drawPhantom: (seed: number, finding: boolean) => GreyImage;
}
