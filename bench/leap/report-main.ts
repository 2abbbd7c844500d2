// `npm run experiment:report`: writes the page of the leap goal, its figures and its rows from the runs that are published.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '../../fleet/errors.ts';
import { runBench } from '../failover/run-bench.ts';
import {
  keptBeside,
  nothingKept,
  pageFolder,
  publishedRows,
  readPublished,
  runsFile,
} from './report/read-published.ts';
import { reportFiles } from './report/report-files.ts';
import type { ReportFiles } from './report/report-files.ts';
import { compressedLines } from './report/rows-csv.ts';

const options = {
  /** A list of runs in the form of docs/leap-goal/runs.json. */
  runs: { type: 'string', default: runsFile },
  out: { type: 'string', default: pageFolder },
  /** What the simulator says of each run is made anew: minutes. Else only of runs that were not compared yet. */
  compare: { type: 'boolean', default: false },
} as const;

function argumentsFrom(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new InputError('wrong-arguments', {
      found: cause instanceof Error ? cause.message : String(cause),
      why: 'The report is made from the runs that a file lists',
      remedy: 'Use --runs FILE, --out DIR and --compare, or nothing for the published set',
    });
  }
}

/** What was written of runs that are published no more would stay behind. */
function write(out: string, files: ReportFiles): void {
  for (const folder of ['figures', 'by-resolver']) {
    mkdirSync(join(out, folder), { recursive: true });
    for (const name of readdirSync(join(out, folder)))
      if (!files.has(`${folder}/${name}`)) rmSync(join(out, folder, name));
  }
  for (const [path, content] of files) writeFileSync(join(out, path), content);
}

async function main(args: readonly string[]): Promise<void> {
  const { runs, out, compare } = argumentsFrom(args);
  const files = await reportFiles(readPublished(runs, compare ? nothingKept : keptBeside(out)));
  write(out, files);
  writeFileSync(join(out, 'rows.csv.gz'), compressedLines(publishedRows(runs)));
  console.log(`${files.size + 1} files in ${out}`);
}

await runBench(main);
