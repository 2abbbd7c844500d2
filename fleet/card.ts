// What a model card states: metrics with their intervals, in one shape for evaluation, card and gate.

/** A figure with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A figure of rows that may be too few for an interval: then it has none. */
export interface GroupFigure {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Counts are of images (`n`) and of patients, over whom the intervals are resampled. */
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
  // What follows is absent from cards that were written before it was measured.
  readonly brier?: Estimate;
  readonly sensitivityAtSpecificity90?: Estimate;
  readonly specificityAtSensitivity95?: Estimate;
  /** Share of rows outside the model's abstention band, and of wrong decisions among them. */
  readonly coverage?: Estimate;
  readonly selectiveErrorRate?: Estimate;
  /** Where rows are studies: of how many views. */
  readonly views?: number;
  // Models that grade only.
  readonly gradeAccuracy?: Estimate;
  /** Cohen's kappa with quadratic weights. */
  readonly quadraticKappa?: Estimate;
  readonly confusion?: GradeConfusion;
  /** How many of the n the model's gate would refuse, although they are counted in all figures. Absent without a gate. */
  readonly refused?: number;
  /** How many of the n are unlike the films that the model was made for, so that it abstains; counted by their scores all the same. */
  readonly unfamiliar?: number;
}

/** counts[actual][predicted] */
export interface GradeConfusion {
  readonly names: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** `evenkeel evaluate --json`: the headline figures, and what explains them. */
export interface EvaluationReport extends Evaluation {
  /** At false positive rates 0, 0.01 ... 1. */
  readonly roc: readonly RocPoint[];
  readonly reliability: readonly ReliabilityBin[];
  readonly coverageCurve: readonly CoveragePoint[];
  readonly subgroups: readonly Subgroup[];
  /** Cohen's, between the model's decision and the label. */
  readonly kappa: GroupFigure;
  /** Pictures only. */
  readonly shortcuts?: Shortcuts;
  readonly skew?: Skew;
  /** Where it was asked for. */
  readonly heatMap?: HeatMapCheck;
}

export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly sensitivity: number;
}

/** Rows whose calibrated probability lies in [low, high); the last bin includes 1. Empty bins are left out. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly meanProbability: number;
  readonly observed: GroupFigure;
}

/** When the model abstains on the rows nearest to its threshold: the share it decides, and its errors among them. */
export interface CoveragePoint {
  readonly coverage: number;
  readonly errorRate: number;
}

export interface Subgroup {
  /** What divides: `sublabel`, `side`, `original split`. */
  readonly by: string;
  readonly name: string;
  readonly n: number;
  readonly patients: number;
  readonly positives: number;
  /** Of a group that holds one class: against all rows of the other class. */
  readonly auroc: GroupFigure;
  /** Share that the model calls positive, without abstention. */
  readonly flagged: GroupFigure;
  /** Groups of both classes only. */
  readonly sensitivity?: GroupFigure;
  readonly specificity?: GroupFigure;
  /** Cohen's, between the model's decision and the label. */
  readonly kappa?: GroupFigure;
}

/** What could be scored without looking at the disease; an AUROC near the model's own would be a warning. */
export interface Shortcuts {
  /** The last ones, where there are features, are controls of the harness. */
  readonly baselines: readonly ShortcutFigure[];
  /** What could not be measured on these files, and why. */
  readonly notes: readonly string[];
}

export interface ShortcutFigure {
  readonly title: string;
  readonly auroc: GroupFigure;
}

/** The same films as they come to the service, and as the copies that the model was trained on. */
export interface Skew {
  readonly films: number;
  readonly meanLogitDifference: number;
  readonly rootMeanSquare: number;
  readonly largest: number;
  /** Films whose decision (threshold, no abstention) changes. */
  readonly decisionsChanged: number;
  /** Null where the films are all of one class. */
  readonly aurocOriginals: GroupFigure | null;
  readonly aurocCopies: GroupFigure | null;
}

/** Whether the heat map shows what the score came from, and whether the score needs the border. */
export interface HeatMapCheck {
  /** With the finding, one a patient. */
  readonly films: number;
  /** Of the draw of films and of the random orders. */
  readonly seed: number;
  readonly deletion: CellOrders;
  readonly insertion: CellOrders;
  readonly border: BorderControl;
}

/** Cells of the map taken away from the film, or put into it: in the map's order and in a random one. */
export interface CellOrders {
  /** Mean areas under the curves of the calibrated probability, 0 to 1. */
  readonly map: number;
  readonly random: number;
  /** Share of films on which the map's order is better: the smaller area of deletion, the larger of insertion. */
  readonly better: Estimate;
  /** Means over the films, when a share of the cells is gone (deletion) or there (insertion). */
  readonly curve: readonly {
    readonly share: number;
    readonly map: number;
    readonly random: number;
  }[];
}

/** All rows again with the border black: the complement of the shortcut that shows the model the border alone. */
export interface BorderControl {
  /** Of each side, at each edge. */
  readonly share: number;
  readonly auroc: GroupFigure;
  readonly withoutBorder: GroupFigure;
  /** The first less the second. */
  readonly lost: GroupFigure;
}
