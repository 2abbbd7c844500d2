// A study (one uploaded radiograph) and what a model found in it: the words the service, the pages and the clients share.

/**
 * "unsure" is an answer: the calibrated probability lies in the model's abstention band, or the film is unlike those that the model was
 * made for. A person must read it.
 */
export type Decision = 'abnormal' | 'normal' | 'unsure';

/** Of a model that grades, e.g. Kellgren and Lawrence's five grades. */
export interface Grade {
  /** The grade decided on, with cuts chosen on validation films: not always the one with the largest probability. */
  readonly name: string;
  /** Of every grade, lowest first. They add up to 1. */
  readonly probabilities: readonly { readonly name: string; readonly probability: number }[];
}

export interface Finding {
  readonly label: string;
  /** Calibrated, 0..1. */
  readonly probability: number;
  readonly decision: Decision;
  /** True where few of the films that the model was made for look like this one: "unsure", whatever the probability. */
  readonly unfamiliar?: true;
  readonly grade?: Grade;
  /** URL path of a PNG overlay (transparent where the model saw nothing), valid in every region. */
  readonly heatmap: string;
}

export interface StudyReading {
  /** Content address: SHA-256 over model, version and image bytes, so that a retry elsewhere is the same study. */
  readonly study: string;
  readonly region: string;
  readonly model: string;
  readonly version: string;
  readonly findings: readonly Finding[];
  readonly disclaimer: string;
}

export const disclaimer =
  'Research software, not a medical device, not for diagnosis. A qualified person must read every radiograph.';

/** Where a calibrated probability falls. The band [low, high] around the decision threshold abstains. */
export function decide(
  probability: number,
  band: { readonly low: number; readonly high: number },
): Decision {
  if (probability > band.high) return 'abnormal';
  return probability < band.low ? 'normal' : 'unsure';
}
