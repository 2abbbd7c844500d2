// Every figure of the report by the name of its file; one that the published runs cannot fill is not drawn.
import type { TopLevelSpec } from 'vega-lite';
import { isControl } from './arm.ts';
import { expectedSeconds } from './expected.ts';
import { agreementFigure } from './figures/agreement-figure.ts';
import type { Compared } from './figures/agreement-figure.ts';
import { budgetFigure } from './figures/budget-figure.ts';
import { detectorFigure } from './figures/detector-figure.ts';
import { downtimeFigure } from './figures/downtime-figure.ts';
import { failingFigure } from './figures/failing-figure.ts';
import { heatFigure } from './figures/heat-figure.ts';
import { paretoFigure } from './figures/pareto-figure.ts';
import { recoveryFigure } from './figures/recovery-figure.ts';
import { slugOf } from './names.ts';
import type { Published } from './read-published.ts';
import { isOfLab } from './run-set.ts';
import type { RunSet } from './run-set.ts';

export const downtimeFile = (set: RunSet): string => `downtime-${slugOf(set)}`;

export function figuresOf(published: Published): ReadonlyMap<string, TopLevelSpec> {
  const { sets, failing, detectors } = published;
  const drawn: readonly (readonly [string, TopLevelSpec | null])[] = [
    ...sets.filter(isOfLab).map((set) => [downtimeFile(set), downtimeFigure(set)] as const),
    ['recovery', recoveryFigure(sets)],
    ['failing', failingFigure(failing)],
    ['pareto', paretoFigure(sets)],
    ['heat', heatFigure(sets)],
    ['detectors', detectors.points.length === 0 ? null : detectorFigure(detectors.points)],
    ['agreement', agreementFigure(comparedOf(published))],
    ['budget', budgetFigure(sets)],
  ];
  return new Map(drawn.flatMap(([name, spec]) => (spec === null ? [] : [[name, spec] as const])));
}

/** Each comparison with what the closed form says of it; not the control, whose downtime is the length of the window. */
export const comparedOf = ({ comparisons, sets }: Published): readonly Compared[] =>
  comparisons
    .filter(({ arm }) => !isControl(arm))
    .map((one) => {
      const set = sets.find(
        (found) => isOfLab(found) && found.role === one.role && found.ttlSeconds === one.ttlSeconds,
      );
      const expected = set === undefined ? null : expectedSeconds(set, one.arm, one.client);
      return { ...one, expectedSeconds: expected };
    });
