// The learning curves as a figure: AUROC over labelled films, a line and a band for each way of asking.
import type { TopLevelSpec } from 'vega-lite';
import { strategyNames } from '../../models/learn/learning-report.ts';
import type { CurvePoint } from '../../models/learn/learning-report.ts';
import type { Strategy } from '../../models/learn/simulate-learning.ts';
import { config, palette } from '../house-style.ts';

const styles: readonly {
  readonly strategy: Strategy;
  readonly colour: string;
  readonly dash: number[];
}[] = [
  { strategy: 'random', colour: palette.black, dash: [1, 0] },
  { strategy: 'uncertain', colour: palette.vermillion, dash: [7, 3] },
  {
    strategy: 'uncertain-and-different',
    colour: palette.blue,
    dash: [2, 2],
  },
];

export function learningFigure(curves: readonly CurvePoint[]): TopLevelSpec {
  const shown = styles.filter(({ strategy }) => curves.some((c) => c.strategy === strategy));
  const domain = shown.map(({ strategy }) => strategyNames[strategy].short);
  const field = { field: 'asked', type: 'nominal', sort: domain, title: 'asked about' } as const;
  const colour = { ...field, scale: { domain, range: shown.map((style) => style.colour) } };
  const dash = { ...field, scale: { domain, range: shown.map((style) => style.dash) } };
  const x = { field: 'films', type: 'quantitative', title: 'labelled films' } as const;
  const y = {
    type: 'quantitative',
    scale: { zero: false },
    title: 'AUROC on the test films',
  } as const;
  return {
    config,
    width: 520,
    height: 320,
    data: {
      values: curves.map(({ strategy, films, auroc }) => ({
        asked: strategyNames[strategy].short,
        films,
        ...auroc,
      })),
    },
    layer: [
      {
        mark: { type: 'area', opacity: 0.15 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color: colour },
      },
      {
        mark: { type: 'line', strokeWidth: 2 },
        encoding: { x, y: { ...y, field: 'value' }, color: colour, strokeDash: dash },
      },
    ],
  };
}
