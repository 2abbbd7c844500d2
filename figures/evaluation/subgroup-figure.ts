// A forest plot: the AUROC of each part of a test set with its interval, beside that of the whole.
import type { TopLevelSpec } from 'vega-lite';
import type { EvaluationReport } from '../../fleet/card.ts';
import { config, palette } from '../house-style.ts';

export function subgroupFigure({ subgroups, auroc, n }: EvaluationReport): TopLevelSpec | null {
  if (subgroups.length === 0) return null;
  const values = [
    { group: `all (${n})`, ...auroc },
    ...subgroups.map(({ by, name, n: rows, auroc: figure }) => ({
      group: `${by}: ${name} (${rows})`,
      ...figure,
    })),
  ];
  const groups = values.map(({ group }) => group);
  const x = {
    type: 'quantitative',
    title: 'AUROC, 95 % interval',
    scale: { zero: false, nice: true },
  } as const;
  const y = { field: 'group', type: 'nominal', sort: groups, title: null } as const;
  return {
    config,
    width: 320,
    height: { step: 22 },
    layer: [
      {
        data: { values: [auroc] },
        mark: { type: 'rule', color: '#999999', strokeDash: [4, 4] },
        encoding: { x: { field: 'value', ...x } },
      },
      {
        data: { values: values.filter(({ low }) => low !== null) },
        mark: { type: 'rule', color: palette.blue, strokeWidth: 2 },
        encoding: { x: { field: 'low', ...x }, x2: { field: 'high' }, y },
      },
      {
        data: { values },
        mark: { type: 'point', filled: true, size: 55, opacity: 1, color: palette.blue },
        encoding: { x: { field: 'value', ...x }, y },
      },
    ],
  };
}
