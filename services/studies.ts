// The port between the routes (API and pages) and the reading of radiographs behind them.
import type { StudyReading } from '../fleet/study.ts';

/** What became of the consent to keep the film for research. */
export type Keeping =
  | {
      readonly kept: true;
      /** SHA-256 of what is kept: the pixels, encoded anew. */
      readonly film: string;
      /** Whoever holds it can have film, readings and feedback removed. Told once, kept nowhere. */
      readonly withdrawalToken: string;
      /** The last day on which it may still be there. */
      readonly until: string;
    }
  | { readonly kept: false; readonly reason: NotKept };

export type NotKept = 'withdrawn' | 'full' | 'store-unavailable';

export interface StudyAnswer extends StudyReading {
  /** Only where consent was given. */
  readonly research?: Keeping;
}

export interface Upload {
  readonly model: string;
  /** The file as it was sent: PNG or JPEG. */
  readonly image: Uint8Array;
  /** `Cache-Control: no-store`: read it anew and keep nothing, as the controller's golden probe asks. */
  readonly noStore: boolean;
  /** The sender agrees that the film is kept for research. */
  readonly consent: boolean;
}

export interface ServedModel {
  readonly name: string;
  readonly version: string;
  /** What the probability is the probability of, e.g. `pneumonia`. */
  readonly label: string;
  readonly kind: 'image' | 'table';
  /** What the picture must show, for the person who uploads it. */
  readonly expects: string;
  /** On the calibrated probability, as in the manifest: the page draws them. [low, high] abstains. */
  readonly threshold: number;
  readonly unsure: { readonly low: number; readonly high: number };
}

export interface Studies {
  models(): readonly ServedModel[];
  /** `InputError` for what the sender can mend, `TransientError` 'queue-full' | 'draining' | 'too-slow' otherwise. */
  read(upload: Upload): Promise<StudyAnswer>;
  /** The PNG overlay of a finding, or null when no region keeps it (any more). */
  heatmap(study: string, label: string): Promise<Uint8Array | null>;
  /** The upload as a PNG of at most 1024 px, its pixels re-encoded, for showing beside the finding. Nothing is kept. */
  preview(image: Uint8Array): Promise<Uint8Array>;
}
