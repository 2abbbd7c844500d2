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
/** Of 12 px monospace letters. */
const letterWidth = 7.3;
const titleWidth = 8;

export function picture(title: string, boxes: readonly Box[], arrows: readonly Arrow[]): string {
  const graph = new Graph({ multigraph: false });
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 44, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const box of boxes) graph.setNode(box.name, sizeOf(box));
  for (const { from, to } of arrows) graph.setEdge(from, to, {});
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" role="img" aria-label="${escaped(title)}">`,
    style,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>',
    ...arrows.map((arrow) => drawnArrow(graph, arrow)),
    ...boxes.map((box) => drawnBox(graph, box)),
    '</svg>',
    '',
  ].join('\n');
}

const sizeOf = ({ name, lines }: Box) => ({
  width:
    2 * padding +
    Math.max(name.length * titleWidth, ...lines.map((line) => line.length * letterWidth)),
  height: 2 * padding + (lines.length + 1) * lineHeight,
});

interface Placed {
  readonly x: number;
  readonly y: number;
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

function drawnArrow(graph: Graph, { from, to, isLate = false }: Arrow): string {
  const { points = [] } = graph.edge(from, to) as { points?: readonly { x: number; y: number }[] };
  const path = points
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
