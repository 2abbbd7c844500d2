// Refuses scores and labels that no metric can be computed from, before they turn into NaN.
import { InputError } from '../../fleet/errors.ts';

/** Throws `InputError` 'no-scores' | 'score-not-finite' | 'one-class'. */
export function checkScores(scores: Float64Array, labels: Uint8Array): void {
  if (scores.length === 0 || scores.length !== labels.length)
    throw new InputError('no-scores', {
      found: `${scores.length} scores for ${labels.length} labels`,
      why: 'A metric needs at least one score, and one label for each',
      remedy: 'Check the task and the split that select the rows',
    });
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad >= 0)
    throw new InputError('score-not-finite', {
      found: `Score ${bad} is ${scores[bad]}`,
      why: 'Scores are ranked, and this one has no rank',
      remedy: 'Look for a damaged model or a damaged input row',
    });
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (positives === 0 || positives === labels.length)
    throw new InputError('one-class', {
      found: `All ${labels.length} rows have label ${labels[0]}`,
      why: 'Sensitivity, specificity and AUROC need rows of both classes',
      remedy: 'Choose a split or a manifest that holds both',
    });
}
