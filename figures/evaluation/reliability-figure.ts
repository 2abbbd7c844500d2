// The reliability diagram: what share of the rows had the finding, where the model said how probable it was.
import type { TopLevelSpec } from 'vega-lite';
import type { EvaluationReport } from '../../fleet/card.ts';
import { config, palette, unitShare } from '../house-style.ts';

export function reliabilityFigure({ reliability, ece }: EvaluationReport): TopLevelSpec {
  const values = reliability.map(({ meanProbability, n, observed }) => ({
    meanProbability,
    n,
    observed: observed.value,
    low: observed.low,
    high: observed.high,
  }));
  const x = { field: 'meanProbability', ...unitShare, title: 'mean calibrated probability' };
  const y = { field: 'observed', ...unitShare, title: 'share with the finding' };
  return {
    config,
    title: {
      text: `Expected calibration error ${ece.toFixed(3)}`,
      fontSize: 12,
      fontWeight: 'normal',
    },
    width: 280,
    height: 280,
    layer: [
      {
        data: { values: [0, 1].map((at) => ({ meanProbability: at, observed: at })) },
        mark: { type: 'line', color: '#999999', strokeDash: [4, 4] },
        encoding: { x, y },
      },
      {
        data: { values: values.filter(({ low }) => low !== null) },
        mark: { type: 'rule', color: palette.blue },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
      },
      {
        data: { values },
        mark: { type: 'point', filled: true, opacity: 1, color: palette.blue },
        encoding: {
          x,
          y,
          size: {
            field: 'n',
            type: 'quantitative',
            title: 'rows',
            scale: { domainMin: 0, range: [15, 200] },
            legend: { tickCount: 3 },
          },
        },
      },
    ],
  };
}
