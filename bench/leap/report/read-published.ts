// Everything that the report is made from, read from the folders of the published runs and from what is kept beside the page.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../../../fleet/errors.ts';
import type { DrainsMeasurement, PeersMeasurement } from '../../failover/tables.ts';
import { comparedRuns } from '../compared-run.ts';
import { parseFailing, pooledSeconds } from '../failing.ts';
import type { FailingSecond } from '../failing.ts';
import type { RoundRecord } from '../lab/round.ts';
import { parseRow } from '../row.ts';
import type { Row } from '../row.ts';
import { hasFile, linesOf } from '../run-lines.ts';
import { keptComparison, parseComparisons } from './comparison-file.ts';
import { parseForecasts, populationForecasts } from './population-forecasts.ts';
import type { PopulationForecast } from './population-forecasts.ts';
import type { KeptComparison } from './comparison-file.ts';
import { detectorPoints } from './detectors.ts';
import type { DetectorPoints } from './detectors.ts';
import { parsePublishedRuns, roles } from './published-runs.ts';
import type { PublishedRun, PublishedRuns } from './published-runs.ts';
import { rowCsv, rowsCsvHead } from './rows-csv.ts';
import { isOfLab, runSets } from './run-set.ts';
import type { RunContents, RunSet } from './run-set.ts';
import type { RunFacts, RunLine } from './sections/runs-table.ts';

export interface Published {
  readonly lines: readonly RunLine[];
  readonly sets: readonly RunSet[];
  /** Of the lab's main runs, where they kept their requests second by second. */
  readonly failing: readonly FailingSecond[];
  readonly comparisons: readonly KeptComparison[];
  readonly forecasts: readonly PopulationForecast[];
  readonly detectors: DetectorPoints;
}

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
export const pageFolder = join(docs, 'leap-goal');
const measurements = join(docs, 'measurements');
export const runsFile = join(pageFolder, 'runs.json');

const folderOf = ({ folder }: PublishedRun): string => resolve(measurements, folder);
const measured = (name: string): unknown =>
  JSON.parse(readFileSync(resolve(measurements, name), 'utf8'));

/** What the simulator has said before, and need not say again. */
export interface Kept {
  readonly comparisons: readonly KeptComparison[];
  readonly forecasts: readonly PopulationForecast[];
}

export const nothingKept: Kept = { comparisons: [], forecasts: [] };

export function readPublished(file: string, kept: Kept): Published {
  const { runs, falseDrains, peers } = listedIn(file);
  const lines: RunLine[] = [];
  const contents = function* (): Generator<RunContents> {
    for (const run of runs) {
      const counted = new Counted();
      yield { run, rounds: roundsOf(run), rows: watchedRows(run, counted) };
      lines.push({ run, facts: factsOf(run), ...counted.counts });
    }
  };
  const sets = runSets(contents());
  return {
    lines,
    sets,
    failing: pooledSeconds(runs.filter(isMainOfLab).flatMap(failingOf)),
    comparisons: comparisonsOf(runs, kept.comparisons),
    forecasts: kept.forecasts.length > 0 ? kept.forecasts : populationForecasts(),
    detectors: detectorPoints(measured(falseDrains) as DrainsMeasurement, withEarlier(peers)),
  };
}

function listedIn(file: string): PublishedRuns {
  if (existsSync(file)) return parsePublishedRuns(readFileSync(file, 'utf8'));
  throw new InputError('no-runs', {
    found: `There is no ${file}`,
    why: 'A file lists the runs that the report is made from',
    remedy: 'Name one in the form of docs/leap-goal/runs.json, or none for the published set',
  });
}

const isMainOfLab = (run: PublishedRun): boolean => isOfLab(run) && run.role === 'main';

/** A simulated run need not keep its rounds: nothing disturbs them. */
const roundsOf = (run: PublishedRun): readonly RoundRecord[] =>
  hasFile(folderOf(run), 'rounds.jsonl')
    ? [...linesOf(folderOf(run), 'rounds.jsonl')].map((line) => JSON.parse(line) as RoundRecord)
    : [];

const factsOf = (run: PublishedRun): RunFacts =>
  JSON.parse(readFileSync(join(folderOf(run), 'run.json'), 'utf8')) as RunFacts;

const failingOf = (run: PublishedRun): readonly FailingSecond[] =>
  hasFile(folderOf(run), 'failing.csv')
    ? parseFailing([...linesOf(folderOf(run), 'failing.csv')])
    : [];

const withEarlier = (name: string): PeersMeasurement => {
  const peers = measured(name) as Omit<PeersMeasurement, 'earlier'> & Partial<PeersMeasurement>;
  return { ...peers, earlier: peers.earlier ?? [] };
};

function* watchedRows(run: PublishedRun, counted: Counted): Generator<Row> {
  for (const row of rowsOf(run)) {
    counted.add(row);
    yield row;
  }
}

function* rowsOf(run: PublishedRun): Generator<Row> {
  for (const line of linesOf(folderOf(run), 'rows.jsonl')) yield parseRow(line);
}

/** The rows of all runs as lines of CSV. */
export function* publishedRows(file: string): Generator<string> {
  yield rowsCsvHead;
  for (const run of listedIn(file).runs) for (const row of rowsOf(run)) yield rowCsv(run, row);
}

/** What the table of runs counts. */
class Counted {
  readonly #ttls = new Set<number>();
  readonly #arms = new Set<string>();
  readonly #resolvers = new Set<string>();
  readonly #clients = new Set<string>();
  readonly #kills = new Set<string>();
  #users = 0;

  add({ ttlSeconds, arm, resolver, client, killedAtMs }: Row): void {
    this.#ttls.add(ttlSeconds);
    this.#arms.add(arm);
    this.#resolvers.add(resolver);
    this.#clients.add(client);
    this.#kills.add(`${arm} ${ttlSeconds} ${killedAtMs}`);
    this.#users += 1;
  }

  get counts() {
    return {
      ttlsSeconds: [...this.#ttls].sort((a, b) => a - b),
      arms: this.#arms.size,
      resolvers: this.#resolvers.size,
      clients: this.#clients.size,
      kills: this.#kills.size,
      users: this.#users,
    };
  }
}

/** What was written beside the page in this folder; none where nothing was. */
export function keptBeside(folder: string): Kept {
  const textOf = (name: string) => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  return {
    comparisons: parseComparisons(textOf('compared.jsonl')),
    forecasts: parseForecasts(textOf('forecasts.jsonl')),
  };
}

function comparisonsOf(
  runs: readonly PublishedRun[],
  kept: readonly KeptComparison[],
): readonly KeptComparison[] {
  const ofLab = runs.filter(isOfLab);
  return roles.flatMap((role) => {
    const some = ofLab.filter((run) => run.role === role);
    const folders = some.map(({ folder }) => folder);
    const known = kept.filter((one) => one.role === role && one.folders.join() === folders.join());
    if (known.length > 0 || some.length === 0) return known;
    return comparedRuns(some.map(folderOf)).map((one) => keptComparison({ folders, role }, one));
  });
}
