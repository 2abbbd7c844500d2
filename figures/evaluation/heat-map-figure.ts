// Mean probability while cells of the heat map are taken away or put in: in the order of the map, and in a random one.
import type { TopLevelSpec } from 'vega-lite';
import type { EvaluationReport } from '../../fleet/card.ts';
import { config, palette, unitShare } from '../house-style.ts';

export function heatMapFigure({ heatMap }: EvaluationReport): TopLevelSpec | null {
  if (heatMap === undefined) return null;
  const orders = ['order of the map', 'random order'];
  const values = (['deletion', 'insertion'] as const).flatMap((way) =>
    heatMap[way].curve.flatMap(({ share, map, random }) =>
      [map, random].map((probability, at) => ({ way, share, probability, order: orders[at] })),
    ),
  );
  return {
    config,
    data: { values },
    facet: { column: { field: 'way' } },
    spec: {
      width: 220,
      height: 220,
      mark: { type: 'line', point: { size: 25 } },
      encoding: {
        x: { field: 'share', ...unitShare, title: 'share of the cells gone or there' },
        y: { field: 'probability', ...unitShare, title: 'mean probability' },
        color: {
          field: 'order',
          type: 'nominal',
          title: null,
          scale: { domain: orders, range: [palette.blue, palette.vermillion] },
        },
      },
    },
  };
}
