// One training job: its data set from the bucket, a recipe run on it, and the bundle back into the bucket as a candidate for the gate.
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import { manifestFile } from '../../models/bundle/load-bundle.ts';
import type { Trained, TrainSettings } from '../../models/train/recipe.ts';
import type { Job, JobEnd } from '../adapters/job-store.ts';
import type { ObjectStore } from '../adapters/object-store.ts';
import { candidatePrefix, datasetPrefix } from './object-keys.ts';
import { activeLearningRequest } from './requests.ts';

export interface TrainingDeps {
  readonly objects: Pick<ObjectStore, 'get' | 'putIfAbsent' | 'list'>;
  readonly recipes: ReadonlyMap<string, (settings: TrainSettings) => Promise<Trained>>;
  /** What a machine has fetched once, its next job need not fetch again. */
  readonly workDir: string;
  readonly onProgress: (line: string) => void;
}

const pageMax = 1_000;
/** The largest open set has 5,856 films; ten times that is a data set for several machines, and for Spark. */
const filesMax = 60_000;

/** Null when it was stopped. `InputError` 'unknown-recipe' | 'no-such-data' | 'version-exists', and those of the recipe. */
export async function trainCandidate(
  deps: TrainingDeps,
  job: Job,
  stop: AbortSignal,
): Promise<JobEnd | null> {
  const asked = activeLearningRequest(JSON.parse(job.request));
  const { recipe: name, modelVersion, seed, continueFrom } = asked;
  const recipe = deps.recipes.get(name) ?? unknownRecipe(name, deps.recipes);
  const prefix = candidatePrefix(name, modelVersion);
  await refuseTaken(deps.objects, prefix, job);
  const dataDir = join(deps.workDir, 'datasets', name);
  await fetchDataset(deps.objects, { prefix: datasetPrefix(name), dataDir, stop });
  if (stop.aborted) return null;
  const trained = await unlessStopped(
    recipe({
      dataDir,
      registry: join(deps.workDir, 'candidates', job.id),
      version: modelVersion,
      seed,
      ...(continueFrom !== undefined && { continueFrom }),
      // The day it was asked for, not the day it ran: so that a second attempt makes the same bytes.
      date: new Date(job.createdAtMs).toISOString().slice(0, 10),
      replace: true,
      // A second attempt on the same machine goes on where the first was stopped.
      workDir: join(deps.workDir, 'trainings', job.id),
      onProgress: deps.onProgress,
    }),
    stop,
  );
  if (trained === null) return null;
  await claim(deps.objects, prefix, job);
  await store(deps.objects, prefix, trained.bundle.dir);
  return { kind: 'done', result: prefix };
}

/** A version names one model for ever. Whose it is stands beside it, so that a second attempt of the same job may go on. */
const claimKey = (prefix: string) => `${prefix}job`;

/** Before anything is computed; only `claim` decides, once there is something to claim it for. */
async function refuseTaken(
  objects: TrainingDeps['objects'],
  prefix: string,
  { id }: Job,
): Promise<void> {
  const holder = await objects.get(claimKey(prefix));
  if (holder === null || new TextDecoder().decode(holder) === id) return;
  throw new InputError('version-exists', {
    found: `There is a candidate at ${prefix} already`,
    why: 'A version names one model for ever, so that a reading can be traced to it',
    remedy: 'Ask for the next version, with a new Idempotency-Key',
  });
}

async function claim(objects: TrainingDeps['objects'], prefix: string, job: Job): Promise<void> {
  await objects.putIfAbsent(claimKey(prefix), new TextEncoder().encode(job.id));
  await refuseTaken(objects, prefix, job);
}

interface DatasetFetch {
  readonly prefix: string;
  readonly dataDir: string;
  readonly stop: AbortSignal;
}

async function fetchDataset(
  objects: TrainingDeps['objects'],
  { prefix, dataDir, stop }: DatasetFetch,
): Promise<void> {
  let count = 0;
  for (let after = ''; ;) {
    const page = await objects.list(prefix, { max: pageMax, after });
    for (const { key, sizeBytes } of page) {
      if (stop.aborted) return;
      await fetchFile(objects, { key, sizeBytes, path: join(dataDir, key.slice(prefix.length)) });
    }
    count += page.length;
    if (count > filesMax) throw tooMany(prefix);
    if (page.length < pageMax) break;
    after = page.at(-1)?.key ?? '';
  }
  if (count === 0) throw noData(prefix);
}

async function fetchFile(
  objects: TrainingDeps['objects'],
  {
    key,
    sizeBytes,
    path,
  }: { readonly key: string; readonly sizeBytes: number; readonly path: string },
): Promise<void> {
  const present = await stat(path).catch(() => null);
  if (present?.size === sizeBytes) return;
  const bytes = await objects.get(key);
  if (bytes === null) throw new Error(`${key} was listed and is gone`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** A recipe cannot be interrupted, but it need not be waited for: the process ends, and the machine with it. */
async function unlessStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T | null> {
  const stopped = new Promise<null>((resolve) => {
    if (stop.aborted) resolve(null);
    stop.addEventListener('abort', () => resolve(null), { once: true });
  });
  return Promise.race([work, stopped]);
}

/** The manifest last: whoever finds it finds the whole bundle. */
async function store(objects: TrainingDeps['objects'], prefix: string, dir: string): Promise<void> {
  const files = (await readdir(dir)).filter((file) => file !== manifestFile);
  for (const file of [...files, manifestFile])
    await objects.putIfAbsent(`${prefix}${file}`, await readFile(join(dir, file)));
}

function unknownRecipe(name: string, recipes: TrainingDeps['recipes']): never {
  throw new InputError('unknown-recipe', {
    found: `There is no recipe "${name}"`,
    why: `Known are ${[...recipes.keys()].join(', ')}`,
    remedy: 'Name one of these, with a new Idempotency-Key',
  });
}

const noData = (prefix: string) =>
  new InputError('no-such-data', {
    found: `There is nothing below ${prefix} in the bucket of models`,
    why: 'A recipe learns from labelled rows',
    remedy: 'Put the data folder of the recipe there, and ask again with a new Idempotency-Key',
  });

const tooMany = (prefix: string) =>
  new InputError('too-many-files', {
    found: `There are more than ${filesMax} files below ${prefix}`,
    why: 'One machine would not finish with them in its time',
    remedy: 'Refit with Spark, or choose fewer',
  });
