// What is said of a film that a model has read: by its probability, and "unsure" of one that is unlike the films it was made for. Pure.
import { decide } from '../../fleet/study.ts';
import type { Decision } from '../../fleet/study.ts';
import type { BundleManifest } from '../bundle/manifest.ts';
import type { Reading } from '../reader.ts';

export const decisionOf = (
  { unsure }: Pick<BundleManifest, 'unsure'>,
  { probability, isFamiliar }: Pick<Reading, 'probability' | 'isFamiliar'>,
): Decision => (isFamiliar ? decide(probability, unsure) : 'unsure');
