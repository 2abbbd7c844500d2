// `evenkeel drill NAME | list | lift`: takes something of a fleet away on purpose, and tells what its users noticed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { InputError } from '../fleet/errors.ts';
import { askControl } from '../local/control.ts';
import { catalogue, drillNamed } from '../local/drills/catalogue.ts';
import type { Drill } from '../local/drills/drill.ts';
import type { DrillSite } from '../local/drills/drill-site.ts';
import type { Prediction } from '../local/drills/prediction.ts';
import type { DrillReport } from '../local/drills/report.ts';
import { rangeText } from '../local/drills/report.ts';
import { struckRegion } from '../local/drills/strikes.ts';
import { checkoutRoot } from '../local/fleet-files.ts';
import { sited, siteFor } from './drill-sites.ts';
import type { SiteOptions } from './drill-sites.ts';
import { findFleetBy } from './fleet-commands.ts';
import { table } from './table.ts';

interface DrillOptions extends SiteOptions {
  readonly region?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly seeds: string;
  readonly out?: string;
  readonly json?: true;
}

const seedsMax = 50;

export function addDrillCommand(program: Command): void {
  const drill = program
    .command('drill')
    .description('take something of the fleet away and measure what its users notice');
  drill
    .command('list')
    .description('the drills that there are')
    .action(() => {
      console.log(table([['drill', 'what it shows'], ...catalogue.map((d) => [d.name, d.title])]));
    });
  drill
    .command('lift')
    .description('end every fault that is active')
    .option('--port <port>', 'which fleet')
    .action(async (options: { readonly port?: string }) => {
      const record = findFleetBy(options);
      const active = await askControl(record, 'GET', '/faults');
      await askControl(record, 'DELETE', '/faults');
      console.log(active.length === 0 ? 'No fault was active.' : 'Every fault has ended.');
    });
  for (const one of catalogue)
    sited(drill.command(one.name))
      .description(one.title)
      .option('--region <region>', 'the region that the drill is for (default: the primary)')
      .option('--dry-run', 'predict, and strike nothing')
      .option('--yes', 'do not ask for the region’s name')
      .option('--seeds <count>', 'how often the simulator holds it first', '5')
      .option('--out <folder>', 'where the report is written')
      .option('--json', 'print the report as one JSON object')
      .action((options: DrillOptions) => run(drillNamed(one.name), options));
}

async function run(drill: Drill, options: DrillOptions): Promise<void> {
  const site = await siteFor(options);
  try {
    await hold(site, drill, options);
  } finally {
    await site.close();
  }
}

async function hold(site: DrillSite, drill: Drill, options: DrillOptions): Promise<void> {
  // Loaded only by those who need it: the simulator and the imaging make every verb slower.
  const { holdDrill, predictDrill } = await import('../local/drills/hold-drill.ts');
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => stopping.abort());
  const struck = struckRegion(site.fleet, options.region);
  const common = {
    site,
    drill,
    struck,
    seeds: seedsOf(options.seeds),
    signal: stopping.signal,
    say: (what: string) => console.error(`  ${what}`),
  };
  if (options.dryRun === true) {
    const prediction = await predictDrill(common);
    console.log(options.json === true ? JSON.stringify(prediction) : predictionText(prediction));
    return;
  }
  const report = await holdDrill({
    ...common,
    consent: async (prediction) => {
      console.error(predictionText(prediction));
      if (options.yes !== true) await typedName(struck.id, stopping.signal);
    },
  });
  const folder = await writeReport(report, options.out);
  console.log(options.json === true ? JSON.stringify(report) : reportText(report, folder));
  if (report.outcome !== 'passed') process.exitCode = 1;
}

function seedsOf(text: string): readonly number[] {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= seedsMax)
    return Array.from({ length: count }, (_, i) => i + 1);
  throw new InputError('wrong-seeds', {
    found: `--seeds is "${text}"`,
    why: 'The simulator holds the drill once for each seed, 1, 2, 3 and so on',
    remedy: `Choose 1..${seedsMax}`,
  });
}

/** A drill is not begun by a slip of the finger. */
async function typedName(region: string, signal: AbortSignal): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await terminal.question(`Type ${region} to begin: `, { signal }).catch(() => '');
    if (typed.trim() === region) return;
    throw new InputError('not-confirmed', {
      found: `"${typed.trim()}" was typed where "${region}" was asked for`,
      why: 'A drill takes something away that people use',
      remedy: 'Begin again and type the name, or pass --yes',
    });
  } finally {
    terminal.close();
  }
}

async function writeReport(report: DrillReport, out: string | undefined): Promise<string> {
  const { reportHtml } = await import('../local/drills/report-html.ts');
  const { reportMarkdown } = await import('../local/drills/report-markdown.ts');
  const name = `${report.startedAt.replaceAll(/[:.]/g, '-')}-${report.drill}`;
  const folder = out ?? join(checkoutRoot, '.evenkeel', 'drills', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, 'report.md'), reportMarkdown(report));
  writeFileSync(join(folder, 'report.html'), reportHtml(report));
  return relative(process.cwd(), folder) || '.';
}

const predictionText = (prediction: Prediction): string =>
  [
    `  predicted (seeds ${prediction.seeds.join(', ')}):`,
    `    detected after            ${rangeText(prediction.detectionSeconds)} s`,
    `    left in DNS after         ${rangeText(prediction.dnsSeconds)} s`,
    `    back after the end        ${rangeText(prediction.returnSeconds)} s`,
    `    changes of the zone       ${rangeText(prediction.changes)}`,
    `    careful clients lose      ${rangeText(prediction.carefulFailed)} uploads`,
    `    simple clients are down   ${rangeText(prediction.simpleDowntimeSeconds)} s`,
  ].join('\n');

function reportText(report: DrillReport, folder: string): string {
  const { errorBudget } = report;
  return [
    '',
    `${report.title}: ${report.struck}, ${report.startedAt}`,
    '',
    ...report.timeline.map((e) => `  ${e.seconds.toFixed(1).padStart(6)} s  ${e.what}`),
    '',
    table([
      ['figure', 'predicted', 'measured'],
      ...report.comparison.map((c) => [c.figure, c.predicted, c.measured]),
    ]),
    '',
    table([
      ['', 'criterion', 'limit', 'measured'],
      ...report.judgements.map((j) => [
        j.passed ? 'holds' : 'FAILS',
        j.criterion,
        j.limit,
        j.measured,
      ]),
    ]),
    '',
    ...errorBudget.shares.map(
      (s) =>
        `Client that ${s.policy === 'every' ? 'tries every address' : 'tries one address'}: ${s.failed} of ${s.sent} uploads lost, ${s.userSeconds} of the month's ${errorBudget.allowedUserSeconds} s`,
    ),
    '',
    report.stoppedBecause === null
      ? report.outcome.toUpperCase()
      : `STOPPED: ${report.stoppedBecause}`,
    `Report: ${join(folder, 'report.html')}`,
  ].join('\n');
}
