// The lake that the verbs of `evenkeel learn` are pointed at, and the words in which they ask for it.
import { stat } from 'node:fs/promises';
import { InputError } from '../fleet/errors.ts';

export const storeText = 'the lake: one of LAKE_DIRS, a folder or s3://bucket';
export const votesText = "opinions of one mind that a film's label takes";

/** A store is made where none is; a person who mistypes a folder is told so. */
export async function openStore(dir: string) {
  const { isBucket, storeAt } = await import('../services/adapters/store-at.ts');
  if (isBucket(dir)) return storeAt(dir);
  const found = await stat(dir).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!found)
    throw new InputError('store-missing', {
      found: `There is no folder ${dir}`,
      why: 'The films that people gave for research lie in one',
      remedy:
        'Point --store at a folder of LAKE_DIRS; `evenkeel up` makes them under .evenkeel/fleets',
    });
  return storeAt(dir);
}
