// What a recipe is given and gives back, and the checks that must fail before minutes of work, not after.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import type { Bundle } from '../bundle/load-bundle.ts';
import type { ModelCard } from './card.ts';
import type { OnProgress } from './progress.ts';

export interface TrainSettings {
  readonly dataDir: string;
  /** The registry to write `<name>/<version>` into. */
  readonly registry: string;
  /** Where a recipe's teacher is looked up; that of the checkout unless given. */
  readonly published?: string;
  readonly version: string;
  readonly seed: number;
  /** ISO date for the card; nothing else in a bundle knows the time. */
  readonly date: string;
  readonly replace: boolean;
  /** Where a training keeps its state, to go on from when it was killed. */
  readonly workDir: string;
  /** A published version, or the folder of a bundle, whose weights the training begins with; else with the backbone's. */
  readonly continueFrom?: string;
  readonly onProgress: OnProgress;
}

export interface Trained {
  readonly bundle: Bundle;
  readonly card: ModelCard;
}

/** Before anything is computed: a seed and a date that mean something, and a place to write to. */
export async function checkSettings(
  name: string,
  settings: Pick<TrainSettings, 'seed' | 'date' | 'registry' | 'version' | 'replace'>,
): Promise<void> {
  const { seed, date, registry, version, replace } = settings;
  if (!Number.isSafeInteger(seed) || seed < 0 || seed >= 2 ** 24)
    throw new InputError('seed', {
      found: `Seed ${seed}`,
      why: 'A seed is a whole number from 0 to 16,777,215',
      remedy: 'Give such a number with --seed',
    });
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date)))
    throw new InputError('date', {
      found: `Date "${date}"`,
      why: 'The card states the day on which the model was made',
      remedy: 'Give it as YYYY-MM-DD with --date',
    });
  if (!/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(version))
    throw new InputError('model-version', {
      found: `Version "${version}"`,
      why: 'A bundle is found, and succeeded, by its semantic version',
      remedy: 'Give it as MAJOR.MINOR.PATCH with --model-version',
    });
  const target = path.join(registry, name, version);
  if (!replace && (await exists(target)))
    throw new InputError('version-exists', {
      found: `${target} is there already`,
      why: 'A version names one model for ever, so that a reading can be traced to it',
      remedy:
        'Choose the next version with --model-version, or --replace one that was never served',
    });
}

/** The path of a data file, or what is missing and how to get it. */
export async function dataFile(dataDir: string, file: string): Promise<string> {
  const found = path.join(dataDir, file);
  if (await exists(found)) return found;
  throw new InputError('data-missing', {
    found: `There is no ${file} in ${dataDir}`,
    why: 'The recipe is trained on images that are not part of this repository',
    remedy:
      'Fetch them with `evenkeel data get chest-pneumonia --out DIR` (or knee-osteoarthritis) and pass --data DIR',
  });
}

/** How to repeat a run, with paths left out: they say nothing to anyone else. */
export const commandOf = (
  name: string,
  { seed, date, version, continueFrom }: TrainSettings,
): string =>
  [
    `evenkeel train ${name} --seed ${seed} --date ${date} --model-version ${version}`,
    ...(continueFrom === undefined ? [] : [`--continue-from ${path.basename(continueFrom)}`]),
  ].join(' ');

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );
