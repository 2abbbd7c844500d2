// A table as HTML, for pages that run and fetch nothing.
import { escaped } from './drills/escaped.ts';

/** A region of its own with the focus: a wide table scrolls by itself, by keyboard too. */
export const htmlTable = (
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string =>
  `<div class="table" role="region" aria-label="${escaped(caption)}" tabindex="0"><table><caption>${escaped(caption)}</caption>` +
  `<thead><tr>${head.map(headCell).join('')}</tr></thead>` +
  `<tbody>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')}</tbody></table></div>`;

const isNumber = (text: string) => /^[\d.]+( s| %)?$/.test(text);
const headCell = (text: string) =>
  text === '' ? '<td></td>' : `<th scope="col">${escaped(text)}</th>`;
const cell = (text: string) =>
  `<td${isNumber(text) ? ' class="number"' : ''}>${escaped(text)}</td>`;
