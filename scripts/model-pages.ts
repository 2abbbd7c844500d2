// The files of docs/models/, page and figures, from the records in docs/models/data/ alone.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluationFigures, figureTitles } from '../figures/evaluation/evaluation-figures.ts';
import type { Figure, ModelRecord } from '../models/train/model-page.ts';
import { renderModelPage } from '../models/train/model-page.ts';

export const modelDocs = fileURLToPath(new URL('../docs/models', import.meta.url));

/** Every file by its path below `docs`; the same records give the same bytes. */
export async function modelPages(docs: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const file of (await readdir(path.join(docs, 'data'))).toSorted()) {
    const record = JSON.parse(await readFile(path.join(docs, 'data', file), 'utf8')) as ModelRecord;
    const { name } = record.card;
    const figures: Figure[][] = [];
    for (const [index, { title, report }] of record.sets.entries()) {
      const drawn = await evaluationFigures(report);
      const ofSet = [...drawn].map(([figure, svg]) => {
        const at = `figures/${name}/${index + 1}-${figure}`;
        files.set(at, svg);
        return { path: at, title: `${figureTitles[figure]}: ${title}` };
      });
      figures.push(ofSet);
    }
    files.set(`${name}.md`, renderModelPage(record, figures));
  }
  return files;
}
