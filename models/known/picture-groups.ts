// Groups of pictures to count refusals over: folders, files, and the tasks of a manifest.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import { imageFile, readTable, rowsOfSplit, parseManifest, tasksOf } from '../data/manifest.ts';

export interface PictureGroup {
  readonly name: string;
  readonly files: readonly string[];
}

/** The pictures of a folder and all folders in it, or the one that a file is. `InputError` 'no-pictures'. */
export async function pictureGroup(name: string): Promise<PictureGroup> {
  const found = await stat(name).catch(() => null);
  const files = found?.isDirectory() ? await picturesIn(name) : found?.isFile() ? [name] : [];
  if (files.length > 0) return { name, files };
  throw new InputError('no-pictures', {
    found: `${name} is no picture and no folder with PNG or JPEG files`,
    why: 'A rate of refusals is counted over pictures',
    remedy: 'Give folders or files that exist',
  });
}

async function picturesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries
    .filter((entry) => /\.(?:png|jpe?g)$/i.test(entry))
    .toSorted()
    .map((entry) => path.join(folder, entry));
}

/** One group for each task of the manifest; `split` as in `evaluate`. */
export async function manifestGroups(
  manifest: string,
  { root, split }: { readonly root: string; readonly split: string | undefined },
): Promise<readonly PictureGroup[]> {
  const source = path.basename(manifest);
  const text = await readTable(manifest, 'manifest');
  return tasksOf(text, source).map((task) => {
    const all = parseManifest(text, { task, source });
    const rows = split === undefined ? all : rowsOfSplit(all, split);
    return { name: task, files: rows.map((row) => imageFile(root, row)) };
  });
}
