// Keeps a series of drills: node --import tsx scripts/keep-drill-reports.ts FOLDER, where FOLDER holds what each `--out` wrote.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import type { DrillReport } from '../local/drills/report.ts';
import { reportMarkdown } from '../local/drills/report-markdown.ts';
import { reportFile, seriesPage } from '../local/drills/report-series.ts';

const [from] = process.argv.slice(2);
if (from === undefined) throw new Error('Name the folder that holds the reports.');
const kept = join(import.meta.dirname, '..', 'docs', 'measurements', 'drills');
const reports = readdirSync(from)
  .map((name) => join(from, name, 'report.json'))
  .filter((file) => existsSync(file))
  .map((file) => JSON.parse(readFileSync(file, 'utf8')) as DrillReport);

mkdirSync(kept, { recursive: true });
const write = async (file: string, text: string, parser: 'json' | 'markdown') =>
  writeFileSync(
    join(kept, file),
    await format(text, { parser, singleQuote: true, printWidth: 100 }),
  );
for (const report of reports) {
  await write(`${report.drill}.json`, JSON.stringify(report), 'json');
  await write(reportFile(report), reportMarkdown(report), 'markdown');
}
await write('README.md', seriesPage(reports), 'markdown');
