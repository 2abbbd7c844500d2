// Draws a drill as SVG: how many uploads succeed, who has which weight, and the faults as shaded spans. Pure.
import { escaped } from './escaped.ts';
import type { Plot } from './report.ts';

const width = 790;
const left = 48;
const right = 172;
const panelHeight = 130;
const gap = 46;
const top = 22;
const plotWidth = width - left - right;
const height = top + 2 * panelHeight + gap + 40;
/** Told apart by dashes too: colours alone are not for everybody. Each has 4.5 : 1 on white. */
const strokes = [
  { colour: '#0b57a4', dash: '' },
  { colour: '#a33b00', dash: '7 4' },
  { colour: '#33691e', dash: '2 3' },
  { colour: '#6a1b7a', dash: '9 3 2 3' },
] as const;

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Panel {
  readonly title: string;
  readonly top: number;
  readonly max: number;
  readonly tick: (value: number) => string;
}

export function plotSvg(plot: Plot): string {
  const x = (seconds: number) => left + (plotWidth * seconds) / Math.max(plot.endSeconds, 1);
  const weightMax = Math.max(1, ...plot.weights.flatMap((w) => w.points.map((p) => p.weight)));
  const success: Panel = {
    title: 'Uploads that succeed',
    top,
    max: 1,
    tick: (value) => `${Math.round(value * 100)} %`,
  };
  const weights: Panel = {
    title: 'Weights in the zone',
    top: top + panelHeight + gap,
    max: weightMax,
    tick: (value) => String(Math.round(value)),
  };
  const y = (panel: Panel, value: number) =>
    panel.top + panelHeight - (panelHeight * value) / panel.max;
  const bottom = weights.top + panelHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="plot-title plot-text">`,
    `<title id="plot-title">Uploads that succeed, and weights, over time</title>`,
    `<desc id="plot-text">${escaped(plotText(plot))}</desc>`,
    `<g font-family="system-ui, sans-serif" font-size="12" fill="#1b1b1b">`,
    ...plot.faults.map(
      ({ from, to }) =>
        `<rect x="${n(x(from))}" y="${top}" width="${n(Math.max(1, x(to) - x(from)))}" height="${bottom - top}" fill="#d9a400" fill-opacity="0.16"/>`,
    ),
    ...panelFrame(success),
    ...panelFrame(weights),
    ...timeTicks(plot.endSeconds).map(
      (seconds) =>
        `<text x="${n(x(seconds))}" y="${bottom + 16}" text-anchor="middle">${seconds}</text>`,
    ),
    `<text x="${left + plotWidth / 2}" y="${bottom + 33}" text-anchor="middle">seconds since the start; shaded: a fault lasts</text>`,
    ...plot.success.flatMap(({ client, points }, i) =>
      line(
        points.map((p) => ({ x: x(p.seconds), y: y(success, p.share) })),
        { index: i, label: client, labelTop: success.top },
      ),
    ),
    ...plot.weights.flatMap(({ region, points }, i) =>
      line(
        steps(
          points.map((p) => ({ x: x(p.seconds), y: y(weights, p.weight) })),
          x(plot.endSeconds),
        ),
        { index: i, label: region, labelTop: weights.top },
      ),
    ),
    '</g></svg>',
  ].join('\n');
}

/** What the picture shows, for who does not see it. */
export function plotText({ faults, success, weights }: Plot): string {
  const worst = success.map(({ client, points }) => {
    const least = Math.min(1, ...points.map((p) => p.share));
    return `client that ${client}: never below ${Math.round(least * 100)} %`;
  });
  const lowest = weights.map(
    ({ region, points }) =>
      `${region}: from ${points[0]?.weight ?? 0} down to ${Math.min(...points.map((p) => p.weight))}, at the end ${points.at(-1)?.weight ?? 0}`,
  );
  const spans = faults.map(({ from, to, what }) => `${what} from ${from} to ${to} s`);
  return `Faults: ${spans.join('; ') || 'none'}. Success, ${worst.join('; ')}. Weights, ${lowest.join('; ')}.`;
}

const n = (value: number) => Number(value.toFixed(1));

function panelFrame({ title, top: panelTop, max, tick }: Panel): readonly string[] {
  const lines = [0, 0.5, 1].map((share) => {
    const at = n(panelTop + panelHeight * (1 - share));
    return (
      `<line x1="${left}" x2="${left + plotWidth}" y1="${at}" y2="${at}" stroke="#c4c4c4"/>` +
      `<text x="${left - 6}" y="${at + 4}" text-anchor="end">${tick(max * share)}</text>`
    );
  });
  return [...lines, `<text x="${left}" y="${panelTop - 8}" font-weight="600">${title}</text>`];
}

const ticksMax = 8;

function timeTicks(endSeconds: number): readonly number[] {
  const sizes = [5, 10, 15, 30, 60, 120, 300, 600, 1_800];
  const size = sizes.find((s) => endSeconds / s <= ticksMax) ?? 3_600;
  return Array.from({ length: Math.floor(endSeconds / size) + 1 }, (_, i) => i * size);
}

/** A weight stands until the next one. */
const steps = (points: readonly Point[], endX: number): readonly Point[] =>
  points.flatMap((point, i) => [point, { x: points[i + 1]?.x ?? endX, y: point.y }]);

function line(
  points: readonly Point[],
  {
    index,
    label,
    labelTop,
  }: { readonly index: number; readonly label: string; readonly labelTop: number },
): readonly string[] {
  const { colour, dash } = strokes[index % strokes.length] ?? strokes[0];
  const stroke = `fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"`;
  const at = labelTop + 14 + 20 * index;
  const legendX = left + plotWidth + 12;
  return [
    `<polyline points="${points.map((p) => `${n(p.x)},${n(p.y)}`).join(' ')}" ${stroke}/>`,
    `<line x1="${legendX}" x2="${legendX + 22}" y1="${at - 4}" y2="${at - 4}" ${stroke}/>`,
    `<text x="${legendX + 27}" y="${at}">${escaped(label)}</text>`,
  ];
}
