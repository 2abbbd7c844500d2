// Predicted against actual grades: each cell its count, coloured by its share of the row.
import type { TopLevelSpec } from 'vega-lite';
import type { EvaluationReport } from '../../fleet/card.ts';
import { config } from '../house-style.ts';

const darkFrom = 0.55;

export function confusionFigure({ confusion }: EvaluationReport): TopLevelSpec | null {
  if (confusion === undefined) return null;
  const { names, counts } = confusion;
  const values = counts.flatMap((row, actual) => {
    const total = Math.max(
      1,
      row.reduce((sum, count) => sum + count, 0),
    );
    return row.map((count, predicted) => ({
      actual: names[actual],
      predicted: names[predicted],
      count,
      share: count / total,
    }));
  });
  const sort = [...names];
  return {
    config,
    data: { values },
    width: { step: 52 },
    height: { step: 36 },
    encoding: {
      x: { field: 'predicted', type: 'nominal', sort, title: 'predicted', axis: { labelAngle: 0 } },
      y: { field: 'actual', type: 'nominal', sort, title: 'by the readers' },
    },
    layer: [
      {
        mark: 'rect',
        encoding: {
          color: {
            field: 'share',
            type: 'quantitative',
            title: 'share of row',
            scale: { scheme: 'blues', domain: [0, 1] },
            legend: { format: '%' },
          },
        },
      },
      {
        mark: { type: 'text', fontSize: 12 },
        encoding: {
          text: { field: 'count', type: 'quantitative' },
          color: {
            condition: { test: `datum.share > ${darkFrom}`, value: 'white' },
            value: '#222222',
          },
        },
      },
    ],
  };
}
