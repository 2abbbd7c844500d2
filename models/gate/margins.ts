// How much worse a candidate may be and still count as not worse. Written down before any candidate is measured.

/**
 * For the lower end of the 95 % interval of candidate minus incumbent: non-inferiority is shown where it lies above -margin
 * (method: Ahn, Park, Lee, Radiology 2013;267:328-338). A set that is too small to show it therefore refuses the candidate.
 *
 * - auroc: of 100 pairs of a sick and a healthy film, two more ranked wrongly.
 * - sensitivity: at the incumbent's specificity, so at equal false alarms: three more of 100 sick patients missed.
 * - accuracy: two more of 100 films decided wrongly.
 */
export const margins = { auroc: 0.02, sensitivity: 0.03, accuracy: 0.02 } as const;

/**
 * Within a subgroup, whose intervals are wider by about the root of its share: twice the margin still catches a group that
 * pays for the gain of the others. Every group must pass, so that judging many needs no correction (intersection-union test).
 */
export const subgroupMargins = { auroc: 0.04, accuracy: 0.04 } as const;

/** Percentile intervals over fewer patients are too narrow to be judged by; such groups are reported. */
export const subgroupPatientsMin = 50;

/**
 * - decided: of 100 films, five more that the model leaves to a person (unsure) or refuses.
 * - right: of 100 films that it decides by itself, two more decided wrongly. Together they keep a candidate from buying either with the other.
 */
export const abstentionMargins = { decided: 0.05, right: 0.02 } as const;

/**
 * - kappa: quadratic, of the model's grades with the readers'.
 * - accuracy: of 100 films, three more that get another grade than the readers'.
 */
export const gradeMargins = { kappa: 0.03, accuracy: 0.03 } as const;

/** Probabilities are off by two more points of 100 in the mean. */
export const eceMargin = 0.02;

/** Pools are scaled for the incumbent: what is slower or larger by more than a fifth needs machines, which is a decision of its own. */
export const latencyRatioMax = 1.2;
export const memoryRatioMax = 1.2;
