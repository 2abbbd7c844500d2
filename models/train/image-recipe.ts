// What an image model's recipe decides; everything else is the same for all of them.
import type { ManifestRow } from '../data/manifest.ts';
import type { GreyImage } from '../imaging/grey-image.ts';
import type { FineTuning } from './fine-tune/job.ts';

interface TestSet {
  readonly split: string;
  readonly title: string;
  readonly note: string;
}

/** What a picture is asked: yes or no, each with a logit of its own. */
export interface Questions {
  readonly count: number;
  /** The one whose probability is the answer. */
  readonly headline: number;
  /** 0 or 1 for each question; `InputError` where the row does not say. */
  readonly answers: (row: ManifestRow) => readonly number[];
  /** Rows of the rarer answer weigh more, so that both weigh the same in all. */
  readonly balanced: boolean;
  /** Where the questions are "is the grade above k?", the grades' names, one more than questions. */
  readonly grades?: readonly string[];
}

interface DataSource {
  /** Of the manifest's rows. */
  readonly task: string;
  readonly doi: string | null;
  readonly licence: string;
  readonly attribution: string;
}

export interface ImageRecipe {
  readonly name: string;
  readonly data: DataSource;
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
  /** Recipes that were measured before, on the headline set, and what they gave: whoever chose among them has looked at that set. */
  readonly tries: readonly { readonly recipe: string; readonly result: string }[];
  /** What a version must reach on the headline set, with the lower ends of its intervals, where nothing of its name serves yet. */
  readonly floors: {
    readonly auroc: number;
    readonly sensitivity: number;
    readonly specificity: number;
  };
  /** As `evaluate --split` takes them; the first is the headline. */
  readonly tests: readonly [TestSet, ...TestSet[]];
  readonly questions: Questions;
  readonly fineTuning: FineTuning;
  readonly calibration: {
    /** Copies of each validation film, varied as in training, that the probabilities are fitted to instead of the film itself. */
    readonly variedCopies: number;
    /** Share of sick patients that the probabilities are stated for; null: that of the validation films. */
    readonly prevalence: number | null;
  };
  /** Least share of sick validation films to be found; null: the largest Youden index. */
  readonly threshold: { readonly sensitivityMin: number | null };
  /** Share of the validation films that the model decides by itself. */
  readonly coverage: number;
  readonly drawPhantom: (seed: number, finding: boolean) => GreyImage;
}
