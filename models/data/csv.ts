// Comma-separated values as RFC 4180 has them: quoted fields, doubled quotes, CRLF or LF. Pure.
import { InputError } from '../../fleet/errors.ts';

export interface CsvRow {
  /** Line of the file on which the row begins, counted from 1, for messages. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Blank lines are skipped, and a byte order mark is. */
export function parseCsv(text: string, source: string): readonly CsvRow[] {
  const rows: CsvRow[] = [];
  let fields: string[] = [];
  let line = 1;
  let startLine = 1;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const { value, end } =
      text[at] === '"' ? quotedField(text, at, `${source}, line ${line}`) : plainField(text, at);
    fields.push(value);
    line += value.split('\n').length - 1;
    const mark = text[end];
    at = end + (mark === '\r' ? 2 : 1);
    if (mark === ',') {
      if (at === text.length) fields.push('');
      else continue;
    }
    line++;
    if (fields.length > 1 || fields[0] !== '') rows.push({ line: startLine, fields });
    fields = [];
    startLine = line;
  }
  return rows;
}

function plainField(text: string, start: number) {
  let end = start;
  while (end < text.length && !isEnd(text, end)) end++;
  return { value: text.slice(start, end), end };
}

function quotedField(text: string, start: number, where: string) {
  let value = '';
  for (let at = start + 1; ; at++) {
    const close = text.indexOf('"', at);
    if (close < 0) throw malformed(where, 'a quote is opened and never closed');
    value += text.slice(at, close);
    at = close + 1;
    if (text[at] !== '"') {
      if (at < text.length && !isEnd(text, at))
        throw malformed(where, 'text follows a closing quote');
      return { value, end: at };
    }
    value += '"';
  }
}

const isEnd = (text: string, at: number) =>
  text[at] === ',' || text[at] === '\n' || (text[at] === '\r' && text[at + 1] === '\n');

const malformed = (where: string, what: string) =>
  new InputError('csv-malformed', {
    found: `${where}: ${what}`,
    why: 'From there on columns cannot be told apart',
    remedy: 'Export the table again as comma-separated values with quoted fields (RFC 4180)',
  });

/** A field as it must be written: quoted only where it holds a comma, a quote or a line break. */
export const csvField = (value: string) =>
  /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
