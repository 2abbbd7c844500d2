// How every figure looks: white, so that it reads on light and dark pages, and in colours that everybody tells apart.
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

/** An axis of shares, all of it. */
export const unitShare = {
  type: 'quantitative' as const,
  scale: { domain: [0, 1] as number[] },
  axis: { tickCount: 5 },
};
