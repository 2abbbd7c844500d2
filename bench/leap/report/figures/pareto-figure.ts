// What is paid in peace against what is lost in a failure: q and the mean downtime, measured, simulated, and in closed form.
import type { TopLevelSpec } from 'vega-lite';
import { crossRegionShare, isControl } from '../arm.ts';
import { meanHeldSeconds, meanOf } from '../expected.ts';
import { backendNames } from '../names.ts';
import type { RunSet } from '../run-set.ts';
import { summaryOf } from '../summaries.ts';
import { meanDowntime } from '../../theory.ts';
import { config, palette } from '../../../../figures/house-style.ts';
import { armEncoding, armLabel } from './house-style.ts';

const client = 'first';
const panelOf = ({ ttlSeconds }: RunSet) => `TTL ${ttlSeconds} s`;

export function paretoFigure(sets: readonly RunSet[]): TopLevelSpec | null {
  const shown = sets.filter(({ role, clients }) => role === 'main' && clients.includes(client));
  const points = shown.flatMap(pointsOf);
  if (points.length === 0) return null;
  const arms = [...new Set(shown.flatMap((set) => set.arms))].filter((arm) => !isControl(arm));
  const names = Object.values(backendNames).filter((name) =>
    points.some(({ backend }) => backend === name),
  );
  const { color } = armEncoding(arms.map(armLabel));
  const x = {
    field: 'q',
    type: 'quantitative',
    title: 'q: traffic that crosses regions in peace',
    axis: { format: '%' },
    scale: { domainMin: 0, domainMax: 1 },
  } as const;
  const y = { type: 'quantitative', title: 'mean downtime (s), first address' } as const;
  const panel = { field: 'panel', type: 'nominal', header: { title: null } } as const;
  return {
    config,
    data: { values: [...points, ...shown.flatMap(lineOf)] },
    facet: { ...panel, sort: [...new Set(shown.map(panelOf))] },
    columns: 3,
    spec: {
      width: 300,
      height: 260,
      layer: [
        {
          transform: [{ filter: 'datum.expected != null' }],
          mark: { type: 'line', color: '#777777', strokeWidth: 1.5 },
          encoding: { x, y: { field: 'expected', ...y } },
        },
        {
          transform: [{ filter: 'datum.value != null' }],
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: { x, y: { field: 'low', ...y }, y2: { field: 'high' }, color },
        },
        {
          transform: [{ filter: 'datum.value != null' }],
          mark: { type: 'point', size: 70, strokeWidth: 2, opacity: 1 },
          encoding: {
            x,
            y: { field: 'value', ...y },
            color,
            shape: {
              field: 'backend',
              type: 'nominal',
              title: 'seen in',
              scale: { domain: names, range: ['circle', 'triangle-up'].slice(0, names.length) },
              legend: { symbolStrokeColor: palette.black },
            },
          },
        },
      ],
    },
    resolve: { scale: { y: 'independent' }, axis: { x: 'independent', y: 'independent' } },
  };
}

function pointsOf(set: RunSet) {
  return set.arms.flatMap((arm) => {
    const summary = isControl(arm) ? null : summaryOf(set, { arm, client });
    if (summary === null) return [];
    return {
      panel: panelOf(set),
      backend: backendNames[set.backend],
      arm: armLabel(arm),
      q: crossRegionShare(arm),
      ...summary.meanSeconds,
    };
  });
}

/** (1 - q)(D + T/2) is a straight line from single addresses to nothing at all. */
function lineOf(set: RunSet) {
  const held = meanHeldSeconds(set);
  if (set.backend === 'sim' || set.rewriteSeconds.length === 0 || Number.isNaN(held)) return [];
  const rewrite = meanOf(set.rewriteSeconds);
  return [0, 1].map((q) => ({
    panel: panelOf(set),
    q,
    expected: meanDowntime({ rewrite, held, aliveShare: q }),
  }));
}
