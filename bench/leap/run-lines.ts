// The lines of a file of a run, as the run wrote it or compressed for others to read.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { InputError } from '../../fleet/errors.ts';

const newline = 10;

/** One by one: a million rows are more than one string may hold. `InputError` 'no-run' where there is no such file. */
export function* linesOf(folder: string, name: string): Generator<string> {
  const bytes = bytesOf(folder, name);
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(newline, from);
    const to = end === -1 ? bytes.length : end;
    if (to > from) yield bytes.toString('utf8', from, to);
    from = to + 1;
  }
}

export const hasFile = (folder: string, name: string): boolean =>
  existsSync(join(folder, name)) || existsSync(join(folder, `${name}.gz`));

function bytesOf(folder: string, name: string): Buffer {
  const file = join(folder, name);
  if (!hasFile(folder, name))
    throw new InputError('no-run', {
      found: `${folder} has no ${name}, nor ${name}.gz`,
      why: 'A run is its settings, its rounds and its rows',
      remedy: 'Name the folder that npm run experiment wrote',
    });
  return existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
}
