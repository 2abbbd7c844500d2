// Reads a file of a bundle or registry, but never more of it than is asked for.
import { readFile, stat } from 'node:fs/promises';
import { InputError } from '../../fleet/errors.ts';

/** Throws `InputError` 'bundle-missing' | 'bundle-invalid'. */
export async function readBounded(path: string, bytesMax: number): Promise<Uint8Array> {
  const size = await sizeOf(path);
  if (size > bytesMax)
    throw new InputError('bundle-invalid', {
      found: `${path} has ${size} bytes`,
      why: `No more than ${bytesMax} are read`,
      remedy: 'Restore the bundle from the registry, or train the model again',
    });
  return readFile(path);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw new InputError(
      'bundle-missing',
      {
        found: `There is no readable file ${path}`,
        why: 'A bundle is a folder with a manifest.json and the files that it names',
        remedy: 'Check the folder, or train the model with `evenkeel train`',
      },
      { cause: error },
    );
  }
}
