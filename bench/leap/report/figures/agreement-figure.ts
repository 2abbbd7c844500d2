// The simulator and the closed forms against the lab: each arm and client is a point, and a band of 15 % is what is promised.
import type { TopLevelSpec } from 'vega-lite';
import { shareMax } from '../../gate.ts';
import type { KeptComparison } from '../comparison-file.ts';
import { config, palette } from '../../../../figures/house-style.ts';

export interface Compared extends KeptComparison {
  readonly expectedSeconds: number | null;
}

const says = ['simulator', 'closed form'];
/** As a logarithm, but for the first second, where zero is. */
const axis = {
  type: 'quantitative' as const,
  scale: { type: 'symlog' as const, constant: 1 },
  axis: { values: [0, 1, 2, 5, 10, 20, 50, 100, 200, 500] },
};
/** A straight band is a curve on such axes. */
const bandSteps = 40;

export function agreementFigure(compared: readonly Compared[]): TopLevelSpec | null {
  const values = compared.flatMap(pointsOf);
  if (values.length === 0) return null;
  const ttls = [...new Set(compared.map(({ ttlSeconds }) => ttlSeconds))].sort((a, b) => a - b);
  const x = { ...axis, title: 'measured in the lab: mean downtime (s)' };
  const y = { ...axis, title: 'predicted: mean downtime (s)' };
  return {
    config,
    data: { values: [...values, ...ttls.flatMap((ttl) => bandOf(ttl, values))] },
    facet: {
      field: 'panel',
      type: 'nominal',
      sort: ttls.map((ttl) => `TTL ${ttl} s`),
      header: { title: null },
    },
    columns: 3,
    spec: {
      width: 300,
      height: 300,
      layer: [
        {
          transform: [{ filter: 'datum.bandLow != null' }],
          mark: { type: 'area', color: '#DDDDDD', opacity: 0.8 },
          encoding: {
            x: { field: 'lab', ...x },
            y: { field: 'bandLow', ...y },
            y2: { field: 'bandHigh' },
          },
        },
        {
          transform: [{ filter: 'datum.bandLow != null' }],
          mark: { type: 'line', color: '#777777', strokeWidth: 1 },
          encoding: { x: { field: 'lab', ...x }, y: { field: 'lab', ...y } },
        },
        {
          transform: [{ filter: 'datum.low != null' }],
          mark: { type: 'rule', color: '#999999' },
          encoding: {
            x: { field: 'low', ...x },
            x2: { field: 'high' },
            y: { field: 'said', ...y },
          },
        },
        {
          transform: [{ filter: 'datum.said != null' }],
          mark: { type: 'point', size: 55, strokeWidth: 1.8, opacity: 1 },
          encoding: {
            x: { field: 'lab', ...x },
            y: { field: 'said', ...y },
            color: {
              field: 'by',
              type: 'nominal',
              title: 'predicted by',
              sort: says,
              scale: { domain: says, range: [palette.blue, palette.vermillion] },
            },
            shape: {
              field: 'by',
              type: 'nominal',
              sort: says,
              scale: { domain: says, range: ['circle', 'cross'] },
            },
          },
        },
      ],
    },
    resolve: { scale: { x: 'independent', y: 'independent' } },
  };
}

interface Point {
  readonly panel: string;
  readonly lab: number;
  readonly low: number;
  readonly high: number;
  readonly said: number;
  readonly by: string;
}

function pointsOf(of: Compared): readonly Point[] {
  const { labSeconds: lab, labErrorSeconds: error, ttlSeconds } = of;
  const at = {
    panel: `TTL ${ttlSeconds} s`,
    lab,
    low: Math.max(0, lab - 2 * error),
    high: lab + 2 * error,
  };
  const said = [
    ['simulator', of.simulatedSeconds],
    ['closed form', of.expectedSeconds],
  ] as const;
  return said.flatMap(([by, seconds]) => (seconds === null ? [] : { ...at, by, said: seconds }));
}

function bandOf(ttl: number, points: readonly Point[]) {
  const panel = `TTL ${ttl} s`;
  const here = points.filter((point) => point.panel === panel);
  const most = Math.max(...here.map(({ high, said }) => Math.max(high, said)));
  const along = Array.from(
    { length: bandSteps + 1 },
    (_, step) => (1 + most) ** (step / bandSteps) - 1,
  );
  return along.map((lab) => ({
    panel,
    lab,
    bandLow: lab * (1 - shareMax),
    bandHigh: lab * (1 + shareMax),
  }));
}
