// Whether a candidate leaves more films to people than the incumbent does, or errs more often on those that it keeps. Pure.
import { decide } from '../../fleet/study.ts';
import { calibrated } from '../evaluate/calibrate.ts';
import type { Answers, PairedAnswers } from './answers.ts';
import type { Check } from './gate-report.ts';
import { abstentionMargins } from './margins.ts';
import { nonInferior } from './non-inferior.ts';
import { shareDifference } from './paired.ts';
import type { Resampled } from './paired.ts';

interface AbstentionRows extends PairedAnswers {
  readonly labels: Uint8Array;
}

export function abstentionChecks(
  { labels, patients, candidate, incumbent }: AbstentionRows,
  settings: Resampled,
): readonly Check[] {
  const [newer, older] = [decidedBy(candidate, labels), decidedBy(incumbent, labels)];
  const resampled = { patients, ...settings };
  return [
    nonInferior(
      'Films decided, difference',
      shareDifference({ of: newer.decided }, { of: older.decided }, resampled),
      abstentionMargins.decided,
    ),
    nonInferior(
      'Right among the films decided, difference',
      shareDifference(
        { of: newer.right, among: newer.decided },
        { of: older.right, among: older.decided },
        resampled,
      ),
      abstentionMargins.right,
    ),
  ];
}

/** As serving decides: a film is left to people when it is refused, unfamiliar, or within the band. */
function decidedBy({ manifest: { calibration, unsure }, answers }: Answers, labels: Uint8Array) {
  const decisions = answers.map(({ logit, isKnown, isFamiliar }) =>
    isKnown && isFamiliar ? decide(calibrated(calibration, logit), unsure) : 'unsure',
  );
  return {
    decided: decisions.map((decision) => decision !== 'unsure'),
    right: decisions.map((decision, row) => (decision === 'abnormal') === (labels[row] === 1)),
  };
}
