// Boxes and arrows as an SVG of our own: laid out by dagre, light or dark as the reader's page is, the same every time.
import { Graph, layout } from '@dagrejs/dagre';

export interface Box {
  readonly name: string;
  readonly lines: readonly string[];
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** Drawn dashed: what comes later than the rest. */
  readonly isLate?: boolean;
}

const lineHeight = 15;
const padding = 10;
const margin = 12;
/** Of 12 px monospace letters. */
const letterWidth = 7.3;
const titleWidth = 8.6;

export function picture(title: string, boxes: readonly Box[], arrows: readonly Arrow[]): string {
  const [graph, { left, top, width, height }] = narrower(
    laidOut(boxes, arrows, 'LR'),
    laidOut(boxes, arrows, 'TB'),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${[left, top, width, height].map(round).join(' ')}" width="${round(width)}" role="img" aria-label="${escaped(title)}">`,
    style,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>',
    ...arrows.map((arrow) => drawnArrow(graph, arrow)),
    ...boxes.map((box) => drawnBox(graph, box)),
    '</svg>',
    '',
  ].join('\n');
}

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

type LaidOut = readonly [graph: Graph, frame: Frame];

function laidOut(boxes: readonly Box[], arrows: readonly Arrow[], rankdir: 'LR' | 'TB'): LaidOut {
  const graph = new Graph({ multigraph: false });
  graph.setGraph({ rankdir, nodesep: 14, ranksep: 44 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const box of boxes) graph.setNode(box.name, sizeOf(box));
  for (const { from, to } of arrows) graph.setEdge(from, to, {});
  layout(graph);
  return [graph, frameOf(graph, arrows)];
}

/** Around boxes and arrows alike: dagre's own size leaves out where it leads an arrow around the outermost box. */
function frameOf(graph: Graph, arrows: readonly Arrow[]): Frame {
  const boxes = (graph.nodes() as readonly string[]).map((name) => graph.node(name) as Placed);
  const points = arrows.flatMap((arrow) => pointsOf(graph, arrow));
  const xs = [
    ...boxes.flatMap((b) => [b.x - b.width / 2, b.x + b.width / 2]),
    ...points.map((p) => p.x),
  ];
  const ys = [
    ...boxes.flatMap((b) => [b.y - b.height / 2, b.y + b.height / 2]),
    ...points.map((p) => p.y),
  ];
  const [left, top] = [Math.min(...xs) - margin, Math.min(...ys) - margin];
  return {
    left,
    top,
    width: Math.max(...xs) + margin - left,
    height: Math.max(...ys) + margin - top,
  };
}

/** A page scrolls downwards. */
const narrower = (a: LaidOut, b: LaidOut): LaidOut => (b[1].width < a[1].width ? b : a);

const sizeOf = ({ name, lines }: Box) => ({
  width:
    2 * padding +
    Math.max(name.length * titleWidth, ...lines.map((line) => line.length * letterWidth)),
  height: 2 * padding + (lines.length + 1) * lineHeight,
});

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Placed extends Point {
  readonly width: number;
  readonly height: number;
}

function drawnBox(graph: Graph, { name, lines }: Box): string {
  const { x, y, width, height } = graph.node(name) as Placed;
  const [left, top] = [x - width / 2, y - height / 2];
  const text = (line: string, i: number, kind: string) =>
    `<text class="${kind}" x="${round(left + padding)}" y="${round(top + padding + lineHeight * (i + 0.75))}">${escaped(line)}</text>`;
  return [
    `<rect class="box" x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" rx="6"/>`,
    text(name, 0, 'name'),
    ...lines.map((line, i) => text(line, i + 1, 'line')),
  ].join('\n');
}

const pointsOf = (graph: Graph, { from, to }: Arrow): readonly Point[] =>
  (graph.edge(from, to) as { readonly points?: readonly Point[] }).points ?? [];

function drawnArrow(graph: Graph, { from, to, isLate = false }: Arrow): string {
  const path = pointsOf(graph, { from, to })
    .map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`)
    .join(' ');
  return `<path class="${isLate ? 'arrow late' : 'arrow'}" d="${path}" marker-end="url(#tip)"/>`;
}

const round = (value: number) => String(Math.round(value * 10) / 10);

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const style = `<style>
svg{--ink:#1b2733;--soft:#5b6b7b;--box:#f4f7fa;--edge:#b8c4d0;--arrow:#7b8b9b;background:transparent}
@media (prefers-color-scheme:dark){svg{--ink:#e6edf3;--soft:#9fb0c0;--box:#1b242d;--edge:#3a4855;--arrow:#7b8b9b}}
.box{fill:var(--box);stroke:var(--edge)}.name{font:600 13px system-ui,sans-serif;fill:var(--ink)}
.line{font:12px ui-monospace,monospace;fill:var(--soft)}.arrow{fill:none;stroke:var(--arrow);stroke-width:1.2}
.late{stroke-dasharray:5 4}.tip{fill:var(--arrow)}
</style>`;
