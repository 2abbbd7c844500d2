// The recovery of users who take the first address: which share of them lost no more than so many seconds, arm by arm.
import type { TopLevelSpec } from 'vega-lite';
import { isControl } from '../arm.ts';
import { panelOf } from '../names.ts';
import { killsOf } from '../run-set.ts';
import type { RunSet } from '../run-set.ts';
import { config } from '../../../../figures/house-style.ts';
import { armEncoding, armLabel } from './house-style.ts';

const client = 'first';
/** Of the axis: a million users are drawn as finely as sixty. */
const steps = 150;

export function recoveryFigure(sets: readonly RunSet[]): TopLevelSpec | null {
  const shown = sets.filter(({ role, clients }) => role === 'main' && clients.includes(client));
  if (shown.length === 0) return null;
  const arms = [...new Set(shown.flatMap((set) => set.arms))].map(armLabel);
  return {
    config,
    data: { values: shown.flatMap(curvesOf) },
    facet: { field: 'panel', type: 'nominal', sort: shown.map(panelOf), header: { title: null } },
    columns: 3,
    spec: {
      width: 300,
      height: 240,
      mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2 },
      encoding: {
        x: { field: 'seconds', type: 'quantitative', title: 'downtime of a stricken user (s)' },
        y: {
          field: 'share',
          type: 'quantitative',
          title: 'users who lost at most so much',
          axis: { format: '%' },
          scale: { domain: [0, 1] },
        },
        ...armEncoding(arms),
      },
    },
    resolve: { scale: { x: 'independent' }, axis: { x: 'independent' } },
  };
}

function curvesOf(set: RunSet) {
  const sorted = set.arms.map(
    (arm) =>
      [arm, Float64Array.from(killsOf(set, { arm, client }).flat()).sort((a, b) => a - b)] as const,
  );
  // Nobody recovers under the control: it would stretch the axis to the end of its window.
  const helped = sorted.filter(([arm]) => !isControl(arm));
  const most = Math.max(
    ...(helped.length === 0 ? sorted : helped).map(([, seconds]) => seconds.at(-1) ?? 0),
  );
  return sorted.flatMap(([arm, seconds]) =>
    recoveryCurve(seconds, most).map((point) => ({
      ...point,
      arm: armLabel(arm),
      panel: panelOf(set),
    })),
  );
}

/** The empirical distribution function at evenly spaced seconds, of values that ascend. */
export function recoveryCurve(ascending: Float64Array, most: number) {
  let met = 0;
  return Array.from({ length: steps + 1 }, (_, step) => {
    const seconds = (most * step) / steps;
    while (met < ascending.length && (ascending[met] ?? 0) <= seconds) met += 1;
    return { seconds, share: ascending.length === 0 ? 0 : met / ascending.length };
  });
}
