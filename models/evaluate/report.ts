// The whole report of an evaluation: headline figures, the curves behind them, and the parts of the test set. Pure.
import type { EvaluationReport } from '../../fleet/card.ts';
import { coverageCurve, reliability, rocCurve } from './curves.ts';
import type { Judged, LogitRows, Resamples } from './evaluation.ts';
import { bootstrapSeed, evaluation, scoredRows } from './evaluation.ts';
import { kappaFigure } from './group-figure.ts';
import type { Division } from './subgroups.ts';
import { subgroups } from './subgroups.ts';

export function evaluationReport(
  model: Judged,
  rows: LogitRows & { readonly divisions: readonly Division[] },
  { seed = bootstrapSeed, resamples }: Resamples = {},
): EvaluationReport {
  const scored = scoredRows(model, rows);
  const settings = { seed, ...(resamples === undefined ? {} : { resamples }) };
  const { threshold } = model;
  return {
    ...evaluation(model, rows, settings),
    roc: rocCurve(scored),
    reliability: reliability(scored, settings),
    coverageCurve: coverageCurve(scored, threshold),
    subgroups: subgroups(scored, rows.divisions, { ...settings, threshold }),
    kappa: kappaFigure(scored, threshold, settings),
  };
}
