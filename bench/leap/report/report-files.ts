// The report as files: the page, the page of the resolvers, the figures, and what they were made from.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { comparisonsText } from './comparison-file.ts';
import { figuresOf } from './figures-of-report.ts';
import { filledPage } from './page.ts';
import { forecastsText } from './population-forecasts.ts';
import { pageFolder } from './read-published.ts';
import type { Published } from './read-published.ts';
import { renderFigure } from '../../../figures/render-figure.ts';
import { resolverPages, slotsOf } from './slots.ts';

/** By path below the folder of the page. */
export type ReportFiles = ReadonlyMap<string, string>;

const page = join(pageFolder, 'README.md');

export async function reportFiles(published: Published): Promise<ReportFiles> {
  const figures = figuresOf(published);
  const slots = slotsOf(published, new Set(figures.keys()));
  const files = new Map<string, string>([
    ['README.md', await formatted(filledPage(readFileSync(page, 'utf8'), slots))],
    ['compared.jsonl', comparisonsText(published.comparisons)],
    ['forecasts.jsonl', forecastsText(published.forecasts)],
    ...Object.entries(resolverPages(published)),
  ]);
  for (const [name, spec] of figures) files.set(`figures/${name}.svg`, await renderFigure(spec));
  return files;
}

const formatted = async (markdown: string): Promise<string> =>
  format(markdown, { ...(await resolveConfig(page)), parser: 'markdown' });
