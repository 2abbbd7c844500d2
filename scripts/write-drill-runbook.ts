// Writes docs/runbook/drills from the catalogue of drills: node --import tsx scripts/write-drill-runbook.ts
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { catalogue } from '../local/drills/catalogue.ts';
import { runbookFile, runbookIndex, runbookPage } from '../local/drills/runbook.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'runbook', 'drills');
mkdirSync(folder, { recursive: true });
const write = async (file: string, text: string) =>
  writeFileSync(
    join(folder, file),
    await format(text, { parser: 'markdown', singleQuote: true, printWidth: 100 }),
  );
await write('README.md', runbookIndex(catalogue));
for (const drill of catalogue) await write(runbookFile(drill), runbookPage(drill));
