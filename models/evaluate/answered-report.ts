// The report on rows that a model has answered, whether one machine has read them or many. Pure.
import type { EvaluationReport, Shortcuts } from '../../fleet/card.ts';
import type { BundleManifest } from '../bundle/manifest.ts';
import { bootstrapSeed } from './evaluation.ts';
import { gradedRows } from './graded-rows.ts';
import { aurocFigure } from './group-figure.ts';
import { factShortcuts } from './picture-facts.ts';
import type { ModelAnswer, RowAnswers } from './read-rows.ts';
import { evaluationReport } from './report.ts';
import type { Samples } from './samples.ts';
import { shuffleControl } from './shuffle-control.ts';
import { answeredByStudy } from './studies.ts';

const settings = { seed: bootstrapSeed };

/** `samples` and `answers` in the same order; without features there is no control with shuffled labels. */
export function answeredReport(
  manifest: BundleManifest,
  samples: Omit<Samples, 'read'>,
  { answers, features }: RowAnswers,
): EvaluationReport {
  const grades =
    manifest.grades &&
    gradedRows(
      manifest.grades,
      answers.flatMap((answer) => (answer.grades === null ? [] : [answer.grades])),
      samples.sublabels,
    );
  const views = { ...samples, logits: logitsOf(answers) };
  const hasStudies = samples.studies.some((study) => study !== '');
  const rows = hasStudies
    ? answeredByStudy(views, manifest.calibration)
    : { ...views, ...(grades && { grades }) };
  return {
    ...evaluationReport(manifest, rows),
    ...(hasStudies && { views: samples.labels.length }),
    ...(manifest.gate && { refused: answers.filter(({ isKnown }) => !isKnown).length }),
    ...(manifest.gate?.familiar && {
      unfamiliar: answers.filter((answer) => answer.isKnown && !answer.isFamiliar).length,
    }),
    ...(manifest.input.kind === 'image' && {
      shortcuts: shortcutsOf(samples, { answers, features }),
    }),
  };
}

export const logitsOf = (answers: readonly ModelAnswer[]): Float64Array =>
  Float64Array.from(answers, ({ logit }) => logit);

function shortcutsOf(
  { labels, patients }: Pick<Samples, 'labels' | 'patients'>,
  { answers, features }: RowAnswers,
): Shortcuts {
  const pictures = answers.flatMap(({ picture }) => (picture === null ? [] : [picture]));
  const { baselines, notes } = factShortcuts(
    pictures.map(({ facts }) => facts),
    { labels, patients },
    settings,
  );
  const probabilities = Float64Array.from(pictures, ({ borderLogit }) => borderLogit);
  return {
    baselines: [
      ...baselines,
      {
        title: 'The model itself, shown the outer 10 % of each edge and grey within',
        auroc: aurocFigure({ probabilities, labels, patients }, settings),
      },
      ...(features === null ? [] : shuffleControl({ ...features, labels, patients }, settings)),
    ],
    notes,
  };
}
