// Errors among the rows that the model decides, against the share that it decides.
import type { TopLevelSpec } from 'vega-lite';
import type { EvaluationReport } from '../../fleet/card.ts';
import { config, palette } from '../house-style.ts';

export function coverageFigure(report: EvaluationReport): TopLevelSpec {
  const { coverageCurve, coverage, selectiveErrorRate } = report;
  const x = {
    field: 'coverage',
    type: 'quantitative',
    title: 'share of rows that the model decides',
    axis: { format: '%', tickCount: 6 },
    scale: { zero: false },
  } as const;
  const y = {
    field: 'errorRate',
    type: 'quantitative',
    title: 'wrong among them',
    axis: { format: '.1~%', tickCount: 6 },
    scale: { domainMin: 0 },
  } as const;
  const band =
    coverage === undefined || selectiveErrorRate === undefined
      ? []
      : [
          {
            coverage: coverage.value,
            errorRate: selectiveErrorRate.value,
            low: selectiveErrorRate.low,
            high: selectiveErrorRate.high,
          },
        ];
  return {
    config,
    title: { text: 'With abstention', fontSize: 12, fontWeight: 'normal' },
    width: 280,
    height: 280,
    layer: [
      {
        data: { values: [...coverageCurve] },
        mark: { type: 'line', point: { size: 25 }, color: palette.blue },
        encoding: { x, y },
      },
      {
        data: { values: band },
        mark: { type: 'rule', color: palette.vermillion },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
      },
      {
        data: { values: band },
        mark: { type: 'point', filled: true, size: 60, opacity: 1, color: palette.vermillion },
        encoding: { x, y },
      },
    ],
  };
}
