// How much of a month's error budget one stricken region costs, arm by arm: the share of 4.32 minutes, a third of the users stricken.
import type { TopLevelSpec } from 'vega-lite';
import { isControl } from '../arm.ts';
import { budgets, eventMinutes, regionShares } from '../error-budget.ts';
import { panelOf } from '../names.ts';
import type { RunSet } from '../run-set.ts';
import { summaryOf } from '../summaries.ts';
import { config, palette } from '../../../../figures/house-style.ts';

const [, { objective, minutes }] = budgets;
const [{ share, name }] = regionShares;
const shownClients = ['first', 'keep-alive', 'node-http', 'chromium'];
const colours = [palette.vermillion, palette.blue, palette.green, palette.purple];
const shapes = ['circle', 'triangle-up', 'square', 'diamond'];

export function budgetFigure(sets: readonly RunSet[]): TopLevelSpec | null {
  const shown = sets.filter(({ backend }) => backend === 'lab');
  const values = shown.flatMap(pointsOf);
  if (values.length === 0) return null;
  const arms = [...new Set(shown.flatMap((set) => set.arms))].filter((arm) => !isControl(arm));
  const clients = shownClients.filter((client) => values.some((value) => value.client === client));
  const pick = (all: readonly string[]) => clients.map((c) => all[shownClients.indexOf(c)] ?? '');
  const who = { field: 'client', type: 'nominal', title: 'client', sort: clients } as const;
  const x = {
    type: 'quantitative',
    title: `share of a month at ${objective} (${minutes} min), ${name} of the users stricken`,
    axis: { format: '%' },
    scale: { domainMin: 0 },
  } as const;
  const encoding = {
    y: { field: 'arm', type: 'nominal', sort: arms, title: null, scale: { domain: arms } },
    yOffset: { ...who },
    color: { ...who, scale: { domain: clients, range: pick(colours) } },
  } as const;
  return {
    config,
    data: { values },
    facet: { field: 'panel', type: 'nominal', sort: shown.map(panelOf), header: { title: null } },
    columns: 2,
    spec: {
      width: 360,
      height: { step: 11, for: 'offset' },
      encoding,
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: { x: { field: 'low', ...x }, x2: { field: 'high' } },
        },
        {
          mark: { type: 'point', filled: true, size: 50, opacity: 1 },
          encoding: {
            x: { field: 'value', ...x },
            shape: { ...who, scale: { domain: clients, range: pick(shapes) } },
          },
        },
      ],
    },
    resolve: { scale: { x: 'independent' }, axis: { x: 'independent' } },
  };
}

const shareOf = (seconds: number): number => eventMinutes(seconds, share) / minutes;

function pointsOf(set: RunSet) {
  return set.arms
    .filter((arm) => !isControl(arm))
    .flatMap((arm) =>
      shownClients.flatMap((client) => {
        const summary = summaryOf(set, { arm, client });
        if (summary === null) return [];
        const { value, low, high } = summary.meanSeconds;
        return {
          panel: panelOf(set),
          arm,
          client,
          value: shareOf(value),
          low: shareOf(low),
          high: shareOf(high),
        };
      }),
    );
}
