// From the lake to a draft: labelled films, perhaps a labelled set beside them, a new head, a bundle for the gate.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InputError } from '../../fleet/errors.ts';
import { loadBackbone } from '../../models/backbone/backbone.ts';
import type { Head } from '../../models/backbone/head.ts';
import { gradeHeadOf, headOf } from '../../models/backbone/refit-head.ts';
import type { Bundle } from '../../models/bundle/load-bundle.ts';
import { readManifest } from '../../models/data/manifest.ts';
import type { Engine } from '../../models/engine/engine.ts';
import { bundleFeatures } from '../../models/learn/bundle-features.ts';
import { writeCandidate } from '../../models/learn/candidate-bundle.ts';
import type { RefitRecord } from '../../models/learn/candidate-bundle.ts';
import { featuresOfSplit, withoutTwins } from '../../models/learn/feature-rows.ts';
import type { LabelledFeatures } from '../../models/learn/feature-rows.ts';
import { isFrozen } from '../../models/learn/is-frozen.ts';
import { learnHead } from '../../models/learn/learn-head.ts';
import type { LearnedHead, ReferenceRows } from '../../models/learn/learn-head.ts';
import type { IncumbentGrades } from '../../models/learn/learn-grades.ts';
import { coverageOf, findingRow } from '../../models/learn/refitted-bundle.ts';
import { decodeModel } from '../../models/onnx/file.ts';
import type { ObjectStore } from '../adapters/object-store.ts';
import { filmsReadMax, lakeFilms } from './lake-films.ts';
import type { LakeFilm } from './lake-films.ts';
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

/** The neighbourhood in which the recipes' own grids found theirs. */
const penalties = [0.01, 0.03, 0.1, 0.3, 1];

/** Throws `InputError` for too few labels and for whatever is wrong with manifest or model. */
export async function refitFromLake(request: RefitRequest): Promise<Refit> {
  const { store, incumbent, votesMin, seed } = request;
  const { name, calibration, threshold } = incumbent.manifest;
  const point = {
    head: linearHead(incumbent),
    grades: gradesOf(incumbent),
    calibration,
    threshold,
  };
  const films = await lakeFilms(store, { model: name, votesMin, filmsMax: filmsReadMax });
  if (films.length === 0) throw emptyLake(name);
  const labelled = await labelledFeatures(films, request);
  const coverage = request.coverage ?? coverageOf(incumbent);
  const set = await referenceRows(request, labelled);
  const reference = set?.rows ?? null;
  const learned = learnHead({ labelled, reference, incumbent: point, penalties, coverage, seed });
  const record = recordOf(request, { films, labelled, set, learned });
  return { bundle: await writeCandidate({ incumbent, learned, out: request.out, record }), record };
}

interface Gathered {
  readonly films: readonly LakeFilm[];
  readonly labelled: LabelledFeatures;
  readonly set: GivenSet | null;
  readonly learned: LearnedHead;
}

function recordOf(request: RefitRequest, { films, labelled, set, learned }: Gathered): RefitRecord {
  const { command, date, seed, votesMin, incumbent } = request;
  const { head, gradeRows, band, rows } = learned;
  const { version, model, grades } = incumbent.manifest;
  return {
    command,
    date,
    seed,
    incumbent: { version, modelSha256: model.sha256 },
    lake: {
      films: films.length,
      labelled: labelled.labels.length,
      unresolved: films.filter(({ verdict }) => verdict.kind === 'unresolved').length,
      votesMin,
    },
    rows,
    ...(grades && { gradesAbove: gradeRows.map(({ row }) => grades.names[row] ?? String(row)) }),
    set: set?.facts ?? null,
    validation: {
      on:
        set === null
          ? 'films of the lake that were held out; films of one patient may lie on both sides, because the lake knows no patients'
          : 'the split "val" of the manifest',
      logLoss: head.validationLogLoss,
    },
    l2: head.l2,
    abstention: { coverage: band.coverage, errorRate: band.errorRate },
  };
}

interface GivenSet {
  readonly rows: ReferenceRows;
  readonly facts: NonNullable<RefitRecord['set']>;
}

async function referenceRows(
  request: RefitRequest,
  labelled: LabelledFeatures,
): Promise<GivenSet | null> {
  const { reference, incumbent: bundle, engine, onFilm } = request;
  if (reference === null) return null;
  const { manifest, root, cacheDir, trainingRows } = reference;
  const rows = await readManifest(manifest, bundle.manifest.task);
  const progress = onFilm === undefined ? {} : { onFilm };
  const splitOf = async (split: string): Promise<LabelledFeatures> => {
    const mine = rows.filter((row) => row.split === split);
    const table = await bundleFeatures({ bundle, engine, rows: mine, root, cacheDir, ...progress });
    return featuresOfSplit(table, mine, split);
  };
  const whole = {
    train: trainingRows ? await splitOf('train') : null,
    validation: await splitOf('val'),
  };
  const train = whole.train && withoutTwins(whole.train, labelled);
  const validation = withoutTwins(whole.validation, labelled);
  const isFitted = !isFrozen(decodeModel(bundle.modelBytes), (await loadBackbone()).model);
  return {
    rows: { train, validation },
    facts: {
      sha256: createHash('sha256')
        .update(await readFile(manifest))
        .digest('hex'),
      alsoInLake: filmsOf([whole.train, whole.validation]) - filmsOf([train, validation]),
      seenByFeatures: train !== null && isFitted,
    },
  };
}

const filmsOf = (sets: readonly (LabelledFeatures | null)[]): number =>
  sets.reduce((sum, one) => sum + (one?.labels.length ?? 0), 0);

/** Before thousands of films are read for nothing. */
function linearHead({ manifest: { name, version }, modelBytes }: Bundle): Head {
  const head = headOf(modelBytes);
  if (head !== null) return head;
  throw new InputError('no-linear-head', {
    found: `${name} ${version} has no linear head`,
    why: 'A refit puts another in its place',
    remedy: 'Refit a model that `evenkeel train` made on the shipped backbone',
  });
}

/** A model whose grades are of another shape keeps them. */
function gradesOf(incumbent: Bundle): IncumbentGrades | null {
  const [head, row] = [gradeHeadOf(incumbent.modelBytes), findingRow(incumbent)];
  return head === null || row === null ? null : { head, findingRow: row };
}

const emptyLake = (model: string) =>
  new InputError('empty-lake', {
    found: `No film in this lake was read by ${model}`,
    why: 'A head is refitted on films that were given for research',
    remedy: 'Point --store at the folder of LAKE_DIRS of a service that has taken such films',
  });
