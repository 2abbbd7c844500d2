// From the lake to a draft: labelled films, perhaps a labelled set beside them, a new head, a bundle for the gate.
import { InputError } from '../../fleet/errors.ts';
import type { Bundle } from '../../models/bundle/load-bundle.ts';
import { readManifest } from '../../models/data/manifest.ts';
import type { Engine } from '../../models/engine/engine.ts';
import { bundleFeatures } from '../../models/learn/bundle-features.ts';
import { writeCandidate } from '../../models/learn/candidate-bundle.ts';
import type { RefitRecord } from '../../models/learn/candidate-bundle.ts';
import { coverageOf } from '../../models/learn/refitted-bundle.ts';
import { featuresOfSplit } from '../../models/learn/feature-rows.ts';
import { learnHead } from '../../models/learn/learn-head.ts';
import type { LearningRequest } from '../../models/learn/learn-head.ts';
import type { ObjectStore } from '../adapters/object-store.ts';
import { lakeFilms } from './lake-films.ts';
import { labelledFeatures } from './labelled-features.ts';

/** A labelled set, as `evenkeel evaluate` takes it: its split "val" chooses, its split "train" is learned from as well. */
interface ReferenceSet {
  readonly manifest: string;
  readonly root: string;
  readonly cacheDir: string;
  readonly trainingRows: boolean;
}

export interface RefitRequest {
  readonly store: ObjectStore;
  readonly incumbent: Bundle;
  readonly engine: Engine;
  readonly reference: ReferenceSet | null;
  /** Opinions of one mind that a film's label takes. */
  readonly votesMin: number;
  /** As the incumbent's card says when null. */
  readonly coverage: number | null;
  readonly seed: number;
  readonly date: string;
  readonly command: string;
  /** The registry to write `<name>/<version>` into. */
  readonly out: string;
  readonly onFilm?: () => void;
}

export interface Refit {
  readonly bundle: Bundle;
  readonly record: RefitRecord;
}

/** More are read neither for a queue nor for a head: their features would take 250 MB. */
const filmsMax = 50_000;
/** The neighbourhood in which the recipes' own grids found theirs. */
const penalties = [0.01, 0.03, 0.1, 0.3, 1];

/** Throws `InputError` for too few labels and for whatever is wrong with manifest or model. */
export async function refitFromLake(request: RefitRequest): Promise<Refit> {
  const { store, incumbent, votesMin, seed } = request;
  const { name } = incumbent.manifest;
  const films = await lakeFilms(store, { model: name, votesMin, filmsMax });
  if (films.length === 0) throw emptyLake(name);
  const labelled = await labelledFeatures(films, request);
  const coverage = request.coverage ?? coverageOf(incumbent);
  const reference = await referenceRows(request);
  const learned = learnHead({ labelled, reference, penalties, coverage, seed });
  const { head, band, rows } = learned;
  const record: RefitRecord = {
    command: request.command,
    date: request.date,
    seed,
    incumbent: {
      version: incumbent.manifest.version,
      modelSha256: incumbent.manifest.model.sha256,
    },
    lake: {
      films: films.length,
      labelled: labelled.labels.length,
      unresolved: films.filter(({ verdict }) => verdict.kind === 'unresolved').length,
      votesMin,
    },
    rows,
    validation: {
      on:
        reference === null
          ? 'films of the lake that were held out; films of one patient may lie on both sides, because the lake knows no patients'
          : 'the split "val" of the manifest',
      logLoss: head.validationLogLoss,
    },
    l2: head.l2,
    abstention: { coverage: band.coverage, errorRate: band.errorRate },
  };
  return { bundle: await writeCandidate({ incumbent, learned, out: request.out, record }), record };
}

async function referenceRows(request: RefitRequest): Promise<LearningRequest['reference']> {
  const { reference, incumbent: bundle, engine, onFilm } = request;
  if (reference === null) return null;
  const { manifest, root, cacheDir, trainingRows } = reference;
  const rows = await readManifest(manifest, bundle.manifest.task);
  const progress = onFilm === undefined ? {} : { onFilm };
  const table = await bundleFeatures({ bundle, engine, rows, root, cacheDir, ...progress });
  const train = trainingRows ? featuresOfSplit(table, rows, 'train') : null;
  return { train, validation: featuresOfSplit(table, rows, 'val') };
}

const emptyLake = (model: string) =>
  new InputError('empty-lake', {
    found: `No film in this lake was read by ${model}`,
    why: 'A head is refitted on films that were given for research',
    remedy: 'Point --store at the folder of LAKE_DIRS of a service that has taken such films',
  });
