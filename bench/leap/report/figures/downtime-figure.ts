// Mean downtime with its interval, arm by arm and client by client, of one run.
import type { TopLevelSpec } from 'vega-lite';
import type { RunSet } from '../run-set.ts';
import { summaryOf } from '../summaries.ts';
import { config } from '../../../../figures/house-style.ts';
import { armEncoding, armLabel } from './house-style.ts';

export function downtimeFigure(set: RunSet): TopLevelSpec {
  const arms = set.arms.map(armLabel);
  const values = set.clients.flatMap((client) =>
    set.arms.flatMap((arm) => {
      const summary = summaryOf(set, { arm, client });
      return summary === null ? [] : { client, arm: armLabel(arm), ...summary.meanSeconds };
    }),
  );
  const y = {
    field: 'arm',
    type: 'nominal',
    sort: arms,
    title: null,
    scale: { domain: arms },
  } as const;
  const { color } = armEncoding(arms);
  const x = {
    type: 'quantitative',
    title: 'mean downtime of a stricken user (s)',
    scale: { domainMin: 0 },
  } as const;
  return {
    config,
    data: { values },
    facet: { field: 'client', type: 'nominal', sort: [...set.clients], header: { title: null } },
    columns: 4,
    spec: {
      width: 200,
      height: { step: 20 },
      encoding: { y, color: { ...color, legend: null } },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: { x: { field: 'low', ...x }, x2: { field: 'high' } },
        },
        {
          mark: { type: 'point', filled: true, size: 60, opacity: 1 },
          encoding: { x: { field: 'value', ...x } },
        },
      ],
    },
  };
}
