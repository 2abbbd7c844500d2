// How every figure of the leap goal looks: white, so that it reads on light and dark pages, and in colours that everybody tells apart.
import type { Config } from 'vega-lite';

/** Okabe and Ito's palette (2008). */
export const palette = {
  black: '#000000',
  orange: '#E69F00',
  sky: '#56B4E9',
  green: '#009E73',
  blue: '#0072B2',
  vermillion: '#D55E00',
  purple: '#CC79A7',
} as const;

const font = 'Helvetica, Arial, sans-serif';
const ink = '#222222';
const grid = '#E4E4E4';

export const config: Config = {
  background: 'white',
  font,
  padding: 12,
  view: { stroke: grid },
  axis: {
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelLimit: 400,
    labelColor: ink,
    titleColor: ink,
    gridColor: grid,
    domainColor: ink,
    tickColor: ink,
  },
  header: { labelFontSize: 12, labelFontWeight: 'bold', labelColor: ink, title: null },
  legend: {
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    symbolStrokeWidth: 2,
    labelLimit: 260,
  },
};

interface ArmStyles {
  readonly domain: readonly string[];
  readonly colours: readonly string[];
  readonly dashes: readonly (readonly number[])[];
}

/** By kind: what publishes the same in peace has one colour. */
const colours: Readonly<Record<string, string>> = {
  control: palette.black,
  single: palette.vermillion,
  failover: palette.vermillion,
  weighted: palette.vermillion,
  widen: palette.orange,
  hedge: palette.blue,
  'duplicate-sets': palette.sky,
  multi: palette.green,
};
const dashes = [
  [1, 0],
  [7, 3],
  [2, 2],
  [7, 2, 2, 2],
] as const;

const colourOf = (arm: string): string => colours[arm.split(/[: ]/)[0] ?? ''] ?? palette.purple;

/** A colour for its kind, and a dash for which of that colour it is: print and every eye tell two arms apart. */
export function armStyles(arms: readonly string[]): ArmStyles {
  const before = (arm: string, i: number) =>
    arms.slice(0, i).filter((other) => colourOf(other) === colourOf(arm)).length;
  return {
    domain: arms,
    colours: arms.map(colourOf),
    dashes: arms.map((arm, i) => dashes[before(arm, i) % dashes.length] ?? dashes[0]),
  };
}

/** One legend for colour and dash. */
export function armEncoding(arms: readonly string[]) {
  const { domain, colours: range, dashes: strokes } = armStyles(arms);
  const field = { field: 'arm', type: 'nominal', sort: [...domain], title: 'arm' } as const;
  return {
    color: { ...field, scale: { domain: [...domain], range: [...range] } },
    strokeDash: {
      ...field,
      scale: { domain: [...domain], range: strokes.map((dash) => [...dash]) },
    },
  };
}

/** The control has no end that anybody waited for. */
export const armLabel = (arm: string): string =>
  arm === 'control' ? 'control (lower bound)' : arm;
