// The ROC curve of an evaluation, with the point at which the model decides.
import type { TopLevelSpec } from 'vega-lite';
import type { EvaluationReport } from '../../fleet/card.ts';
import { config, palette, unitShare } from '../house-style.ts';

export function rocFigure({
  roc,
  sensitivity,
  specificity,
  auroc,
}: EvaluationReport): TopLevelSpec {
  const x = { field: 'falsePositiveRate', ...unitShare, title: '1 - specificity' };
  const y = { field: 'sensitivity', ...unitShare, title: 'sensitivity' };
  const decided = {
    falsePositiveRate: 1 - specificity.value,
    sensitivity: sensitivity.value,
    lowX: 1 - specificity.high,
    highX: 1 - specificity.low,
    lowY: sensitivity.low,
    highY: sensitivity.high,
  };
  const chance = [0, 1].map((at) => ({ falsePositiveRate: at, sensitivity: at }));
  return {
    config,
    title: { text: `AUROC ${auroc.value.toFixed(3)}`, fontSize: 12, fontWeight: 'normal' },
    width: 280,
    height: 280,
    layer: [
      {
        data: { values: chance },
        mark: { type: 'line', color: '#999999', strokeDash: [4, 4] },
        encoding: { x, y },
      },
      {
        data: { values: [...roc] },
        mark: { type: 'line', interpolate: 'step-after', color: palette.blue },
        encoding: { x, y },
      },
      {
        data: { values: [decided] },
        mark: { type: 'rule', color: palette.vermillion },
        encoding: { x: { ...x, field: 'lowX' }, x2: { field: 'highX' }, y },
      },
      {
        data: { values: [decided] },
        mark: { type: 'rule', color: palette.vermillion },
        encoding: { x, y: { ...y, field: 'lowY' }, y2: { field: 'highY' } },
      },
      {
        data: { values: [decided] },
        mark: { type: 'point', filled: true, size: 60, opacity: 1, color: palette.vermillion },
        encoding: { x, y },
      },
    ],
  };
}
