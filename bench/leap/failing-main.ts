// `npm run experiment:failing -- DIR`: writes failing.csv.gz of a run from its raw rounds, which are too big to be published.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { InputError } from '../../fleet/errors.ts';
import { runBench } from '../failover/run-bench.ts';
import { failingCsv, failingSeconds } from './failing.ts';
import type { KeptRound } from './failing.ts';
import type { ClientsReport } from './lab/clients-process.ts';
import { rawFileOf } from './lab/results-folder.ts';
import type { RoundRecord } from './lab/round.ts';
import { linesOf } from './run-lines.ts';

/** One round at a time: all of them together are more than fits. */
function* keptRounds(folder: string): Generator<KeptRound> {
  for (const line of linesOf(folder, 'rounds.jsonl')) {
    const record = JSON.parse(line) as RoundRecord;
    const file = join(folder, rawFileOf(record));
    if (!existsSync(file))
      throw new InputError('no-raw-rounds', {
        found: `${file} is missing`,
        why: 'Only the raw rounds say when a request was begun',
        remedy: 'Name the folder in which the run was made, with its raw/',
      });
    const raw = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as ClientsReport;
    yield { record, raw };
  }
}

function main([folder, ...more]: readonly string[]): void {
  if (folder === undefined || more.length > 0)
    throw new InputError('wrong-arguments', {
      found: folder === undefined ? 'No folder is named' : `"${more.join(' ')}" is too much`,
      why: 'The raw rounds of one run are counted',
      remedy: 'Give the folder of a run: npm run experiment:failing -- DIR',
    });
  const seconds = failingSeconds(keptRounds(folder));
  const file = join(folder, 'failing.csv.gz');
  writeFileSync(file, gzipSync(failingCsv(seconds)));
  console.log(`${seconds.length} seconds of arms, TTLs and clients in ${file}`);
}

await runBench(main);
