// Detectors as a trade: seconds to find a dead region against the living regions that are left a day.
import type { TopLevelSpec } from 'vega-lite';
import type { DetectorPoint } from '../detectors.ts';
import { config, palette } from '../../../../figures/house-style.ts';

const colours = [palette.blue, palette.black, palette.orange, palette.vermillion, palette.purple];
const faults = ['killed', 'blackholed', 'frozen'];

export function detectorFigure(points: readonly DetectorPoint[]): TopLevelSpec {
  const rules = [...new Set(points.map(({ rule }) => rule))];
  const values = points.map((point, i) => ({
    ...point,
    // A logarithm has no place for none at all: there it stands at the most that is compatible with none.
    often: point.drains === 0 ? point.high : point.perDay,
    none: isFirstWithoutDrains(points, i) ? `none in ${point.days} days: at most so many` : '',
  }));
  const x = {
    type: 'quantitative',
    scale: { type: 'log', nice: true },
    title: 'false drains a day: 95 % interval',
  } as const;
  const y = {
    type: 'quantitative',
    scale: { type: 'log', nice: true },
    title: 'seconds to detect: median, p95',
  } as const;
  const color = {
    field: 'rule',
    type: 'nominal',
    sort: rules,
    title: 'rule',
    scale: { domain: rules, range: colours.slice(0, rules.length) },
  } as const;
  const median = { field: 'medianSeconds', ...y };
  return {
    config,
    data: { values },
    width: 520,
    height: 340,
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 1.5 },
        encoding: { x: { field: 'often', ...x }, y: median, y2: { field: 'p95Seconds' }, color },
      },
      {
        transform: [{ filter: 'datum.drains > 0' }],
        mark: { type: 'rule', strokeWidth: 1.5 },
        encoding: { x: { field: 'low', ...x }, x2: { field: 'high' }, y: median, color },
      },
      {
        mark: { type: 'point', size: 80, strokeWidth: 2, opacity: 1 },
        encoding: {
          x: { field: 'often', ...x },
          y: median,
          color,
          shape: {
            field: 'fault',
            type: 'nominal',
            title: 'the region was',
            scale: { domain: faults, range: ['circle', 'square', 'triangle-up'] },
            legend: { symbolStrokeColor: palette.black },
          },
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 12, fontSize: 11 },
        encoding: { x: { field: 'often', ...x }, y: median, text: { field: 'none' } },
      },
    ],
  };
}

/** One label for the three faults of a rule. */
const isFirstWithoutDrains = (points: readonly DetectorPoint[], i: number): boolean =>
  points[i]?.drains === 0 && points.findIndex(({ rule }) => rule === points[i]?.rule) === i;
