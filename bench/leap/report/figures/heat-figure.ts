// Mean downtime over the time to rewrite and the time that answers are kept, in closed form, with what the lab saw where it was.
import type { TopLevelSpec } from 'vega-lite';
import { readResolverModels } from '../../../../failover/leap/read-models.ts';
import { heldSecondsOf } from '../../../../failover/leap/resolver-profile.ts';
import { meanDowntime } from '../../theory.ts';
import { crossRegionShare } from '../arm.ts';
import { meanOf } from '../expected.ts';
import { killsOf } from '../run-set.ts';
import type { RunSet } from '../run-set.ts';
import { config } from '../../../../figures/house-style.ts';

const arms = ['single', 'multi:2'];
const rewrites = [1, 2, 3.5, 5, 10, 20, 40, 65, 95];
const helds = [1, 5, 10, 20, 30, 60, 120, 300, 600];
/** On the colours of long downtimes, white figures read better. */
const onColour = { condition: { test: 'datum.mean >= 20', value: 'white' }, value: 'black' };
/** A cell is about caches that keep an answer for its T: others say nothing about it. */
const heldShareMax = 0.15;

export function heatFigure(sets: readonly RunSet[]): TopLevelSpec {
  const cells = arms.flatMap((arm) => {
    const aliveShare = crossRegionShare(arm);
    return rewrites.flatMap((rewrite) =>
      helds.map((held) => {
        const mean = meanDowntime({ rewrite, held, aliveShare });
        return { panel: panelOf(arm), rewrite, held, mean, text: mean.toPrecision(2) };
      }),
    );
  });
  const values = cells.map((cell) => ({ ...cell, text: String(Number(cell.text)) }));
  const seen = sets.flatMap(seenCells);
  const x = {
    field: 'held',
    type: 'ordinal',
    title: 'T: an answer is kept for (s)',
    axis: { labelAngle: 0 },
  } as const;
  const y = {
    field: 'rewrite',
    type: 'ordinal',
    sort: 'descending',
    title: 'D: from the death to the first rewritten answer (s)',
  } as const;
  return {
    config,
    data: { values: [...values, ...seen] },
    facet: { field: 'panel', type: 'nominal', sort: arms.map(panelOf), header: { title: null } },
    spec: {
      width: { step: 46 },
      height: { step: 34 },
      encoding: { x, y },
      layer: [
        {
          transform: [{ filter: 'datum.lab == null' }],
          mark: { type: 'rect', stroke: 'white' },
          encoding: {
            color: {
              field: 'mean',
              type: 'quantitative',
              title: 'mean downtime (s)',
              scale: { type: 'log', scheme: 'viridis', reverse: true },
            },
          },
        },
        {
          transform: [{ filter: 'datum.lab == null' }],
          mark: { type: 'text', fontSize: 11 },
          encoding: {
            text: { field: 'text' },
            color: onColour,
          },
        },
        {
          transform: [{ filter: 'datum.lab != null' }],
          mark: { type: 'rect', fill: null, stroke: '#D55E00', strokeWidth: 3 },
        },
        {
          transform: [{ filter: 'datum.lab != null' }],
          mark: { type: 'text', fontSize: 9, dy: 11, fontWeight: 'bold' },
          encoding: { text: { field: 'lab' }, color: onColour },
        },
      ],
    },
  };
}

const panelOf = (arm: string): string =>
  `${arm}: q = ${(100 * crossRegionShare(arm)).toFixed(0)} %`;

/** Resolvers of a run that keep an answer for about its TTL. */
export function plainResolvers({ resolvers, ttlSeconds }: RunSet): readonly string[] {
  const models = readResolverModels();
  return resolvers.filter((id) => {
    const model = models.find((m) => m.id === id);
    if (model === undefined) return false;
    return Math.abs(heldSecondsOf(model, ttlSeconds) - ttlSeconds) <= heldShareMax * ttlSeconds;
  });
}

function seenCells(set: RunSet) {
  const { backend, role, ttlSeconds, rewriteSeconds } = set;
  if (backend !== 'lab' || role !== 'main' || rewriteSeconds.length === 0) return [];
  const resolvers = plainResolvers(set);
  return arms.flatMap((arm) => {
    const users = killsOf(set, { arm, client: 'first', resolvers }).flat();
    if (users.length === 0 || !helds.includes(ttlSeconds)) return [];
    const rewrite = nearest(rewrites, meanOf(rewriteSeconds));
    const aliveShare = crossRegionShare(arm);
    return {
      panel: panelOf(arm),
      rewrite,
      held: ttlSeconds,
      mean: meanDowntime({ rewrite, held: ttlSeconds, aliveShare }),
      lab: `lab ${meanOf(users).toFixed(1)}`,
    };
  });
}

const nearest = (values: readonly number[], to: number): number =>
  values.reduce((best, value) => (Math.abs(value - to) < Math.abs(best - to) ? value : best));
