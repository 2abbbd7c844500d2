// `npm run docs:stacks`: draws production's stacks into docs/infrastructure/ and the table of docs/infrastructure.md.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { fleetFor } from '../fleet/environments.ts';
import type { FleetManifest, StackEntry } from '../fleet/fleet-manifest.ts';
import { synthesize } from '../stacks/synthesize.ts';
import { picture } from './draw-stacks/picture.ts';
import { stackGraph } from './draw-stacks/stack-graph.ts';
import type { StackGraph, StackJson } from './draw-stacks/stack-graph.ts';

/** Files below docs/, by their path there. */
export type Drawings = Readonly<Record<string, string>>;

const docs = fileURLToPath(new URL('../docs/', import.meta.url));
const page = 'infrastructure.md';

export async function drawings(): Promise<Drawings> {
  const outdir = mkdtempSync(join(tmpdir(), 'evenkeel-drawings-'));
  try {
    const manifest = synthesize(fleetFor('production'), outdir);
    const stacks = manifest.stacks.map((entry) => {
      const file = join(outdir, 'stacks', entry.name, 'cdk.tf.json');
      const json = JSON.parse(readFileSync(file, 'utf8')) as StackJson;
      return { entry, json, graph: stackGraph(json) };
    });
    return {
      'infrastructure/overview.svg': overview(stacks),
      ...Object.fromEntries(
        stacks.map(({ entry, graph }) => [`infrastructure/${entry.name}.svg`, drawn(entry, graph)]),
      ),
      [page]: await formatted(
        withTable(readFileSync(join(docs, page), 'utf8'), tableOf(stacks, manifest)),
      ),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

interface Stack {
  readonly entry: StackEntry;
  readonly json: StackJson;
  readonly graph: StackGraph;
}

const drawn = ({ name }: StackEntry, { parts, needs }: StackGraph): string =>
  picture(
    `Stack ${name}`,
    parts.map((part) => ({
      name: part.name,
      lines: part.types.map(([type, count]) => (count === 1 ? type : `${type} x${count}`)),
    })),
    needs.map(([from, to]) => ({ from, to })),
  );

/** An arrow leads from the stack that gives a value to the one that takes it: the order of application. */
function overview(stacks: readonly Stack[]): string {
  const arrows = stacks.flatMap(({ entry }) => {
    const givers = new Map(entry.handoffs.map(({ from, isLate }) => [from, isLate]));
    return [...givers].map(([from, isLate]) => ({ from, to: entry.name, isLate }));
  });
  const boxes = stacks.map(({ entry, graph }) => ({
    name: entry.name,
    lines: [
      `${entry.cloud}, ${graph.resourceCount} resources`,
      ...(entry.holdsData ? ['holds data'] : []),
    ],
  }));
  // Two stacks that know each other would be a circle; the late direction is drawn only where the other is not.
  const early = new Set(arrows.filter((a) => !a.isLate).map((a) => `${a.from} ${a.to}`));
  return picture(
    'The stacks of production and the values they hand on',
    boxes,
    arrows.filter((a) => !a.isLate || !early.has(`${a.to} ${a.from}`)),
  );
}

function tableOf(stacks: readonly Stack[], { environment }: FleetManifest): string {
  const rows = stacks.map(({ entry, json, graph }) => {
    const gives = Object.keys(json.output ?? {}).map((name) => `\`${name}\``);
    const takes = [...new Set(entry.handoffs.map(({ from }) => from))];
    return `| [${entry.name}](infrastructure/${entry.name}.svg) | ${entry.cloud} | ${graph.resourceCount} | ${gives.join(', ') || '-'} | ${takes.join(', ') || '-'} |`;
  });
  const total = stacks.reduce((sum, { graph }) => sum + graph.resourceCount, 0);
  return [
    `The ${stacks.length} stacks of ${environment}, in the order of application: ${total} resources.`,
    '',
    '| stack | cloud | resources | gives | takes from |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

const [begin, end] = ['<!-- stacks: begin -->', '<!-- stacks: end -->'];

function withTable(text: string, table: string): string {
  const [before, rest = ''] = text.split(begin);
  const after = rest.split(end)[1];
  if (after === undefined) throw new Error(`docs/${page} has no ${begin} ... ${end}`);
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}

/** As `npm run format` would leave it. */
async function formatted(text: string): Promise<string> {
  const file = join(docs, page);
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(join(docs, 'infrastructure'), { recursive: true });
  for (const [path, text] of Object.entries(await drawings()))
    writeFileSync(join(docs, path), text);
}
