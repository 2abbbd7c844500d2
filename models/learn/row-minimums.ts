// How few labelled rows are too few to learn from or to choose on. Pure.

/** Of the lake, whatever it is learned from beside: fewer change nothing that could be measured. */
export const lakeMin = 10;
/** Of each class: below this a fit says more about the draw than about films. */
export const trainPerClassMin = 10;
/** Of each class: threshold, band and calibration of fewer rows are noise. */
export const validationPerClassMin = 25;

export interface ClassCounts {
  readonly positives: number;
  readonly negatives: number;
}

export function classCounts(labels: Uint8Array): ClassCounts {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  return { positives, negatives: labels.length - positives };
}

export function isEnough(labels: Uint8Array, perClassMin: number): boolean {
  const { positives, negatives } = classCounts(labels);
  return Math.min(positives, negatives) >= perClassMin;
}
