// From an upload to its reading: looked up by content address, else read by a worker and kept in two failure domains.
import { InputError, isInputError, TransientError } from '../../fleet/errors.ts';
import { disclaimer } from '../../fleet/study.ts';
import type { Finding, StudyReading } from '../../fleet/study.ts';
import type { BundleManifest } from '../../models/bundle/manifest.ts';
import { findingFrom } from '../../models/evaluate/grades.ts';
import { decisionOf } from '../../models/known/decision.ts';
import type { Reading } from '../../models/reader.ts';
import type { ObjectStore } from '../adapters/object-store.ts';
import type { ResearchDesk } from '../learning/research-desk.ts';
import { filmSideMax } from '../learning/lake.ts';
import type { ServedModel, Studies, StudyAnswer, Upload } from '../studies.ts';
import { chosenVersion, withProductionBehind } from './choose-version.ts';
import type { ReadingListener } from './follow-readings.ts';
import type { ModelStates } from './golden-checks.ts';
import type { InferencePool } from './pool/inference-pool.ts';
import { starting } from './pool/job.ts';
import { refuseDrifting } from './served-manifest.ts';
import {
  base64Of,
  decodeRecord,
  encodeRecord,
  labelSlug,
  studyAddress,
  studyKey,
} from './study-records.ts';
import type { StudyRecord } from './study-records.ts';

export interface StoredStudies extends Studies {
  /** The reading of a study as this region tells it, or null when no region keeps it (any more). */
  reading(study: string): Promise<StudyReading | null>;
}

export interface StudyDeps {
  readonly region: string;
  readonly pool: InferencePool;
  readonly states: ModelStates;
  readonly store: ObjectStore;
  /** Told of every film that is read anew, but those that ask to be forgotten: the controllers' probes are among them. */
  readonly listener: ReadingListener;
  readonly onLookup: (outcome: 'hit' | 'miss' | 'bypass') => void;
  /** Null where nothing is kept for research. */
  readonly research: ResearchDesk | null;
}

/** The picture itself is kept nowhere, unless its sender consents: then its pixels are, in the lake. */
export function storedStudies(deps: StudyDeps): StoredStudies {
  const { region, pool, store } = deps;
  // A client that retries while its first request is still being read joins that one.
  const inProgress = new Map<string, Promise<StudyReading>>();
  return {
    models: () => pool.status().readiness?.models.map(servedModel) ?? [],
    preview: (image) => pool.preview(image),
    async read(upload) {
      const production = imageModel(pool, upload.model);
      const chosen = chosenVersion(deps, production, () => upload.image);
      return withProductionBehind({ chosen, production }, async (manifest) => {
        if (upload.consent) return readAndKeep(deps, upload, manifest);
        if (upload.noStore) {
          deps.onLookup('bypass');
          return (await readAnew(deps, upload, manifest)).unkept;
        }
        const study = studyAddress(manifest.name, manifest.version, upload.image);
        const reading = inProgress.get(study) ?? lookUpOrRead(deps, upload, manifest);
        inProgress.set(study, reading);
        return reading.finally(() => inProgress.delete(study));
      });
    },
    async reading(study) {
      const record = await recordOf(store, study);
      return record === null ? null : { ...record.reading, region };
    },
    heatmap: async (study, label) => (await recordOf(store, study))?.overlays.get(label) ?? null,
  };
}

async function lookUpOrRead(
  deps: StudyDeps,
  upload: Upload,
  manifest: BundleManifest,
): Promise<StudyReading> {
  const study = studyAddress(manifest.name, manifest.version, upload.image);
  const known = await lookUp(deps.store, study);
  deps.onLookup(known === null ? 'miss' : 'hit');
  if (known !== null) return { ...known.reading, region: deps.region };
  const { record, unkept } = await readAnew(deps, upload, manifest);
  return (await keep(deps.store, record)) ? record.reading : unkept;
}

/** Always read anew: what the lake keeps beside the film (logit, features) is in no stored reading. */
async function readAndKeep(
  deps: StudyDeps,
  upload: Upload,
  manifest: BundleManifest,
): Promise<StudyAnswer> {
  const { pool, store } = deps;
  const research = deskFor(upload, deps.research);
  deps.onLookup('bypass');
  const { record, unkept, output } = await readAnew(deps, upload, manifest);
  const answer = (await keep(store, record)) ? record.reading : unkept;
  const { study, model, version, findings } = answer;
  const keeping = await research.keep(async () => ({
    film: await pool.preview(upload.image, filmSideMax),
    reading: {
      study,
      model,
      version,
      label: manifest.label,
      decision: findings[0]?.decision ?? 'unsure',
      ...gradeKept(findings[0], manifest),
      ...output,
    },
  }));
  return { ...answer, research: keeping };
}

/** With the scale, so that a reader's grade can be judged when this version serves no more. */
function gradeKept(finding: Finding | undefined, { grades }: BundleManifest) {
  if (finding?.grade === undefined || grades === undefined) return {};
  const { names } = grades;
  return { grade: { name: finding.grade.name, names, findingFrom: findingFrom(grades) } };
}

function deskFor({ noStore }: Upload, research: ResearchDesk | null): ResearchDesk {
  if (noStore)
    throw new InputError('consent-and-no-store', {
      found: 'The request consents to keeping the film and says Cache-Control: no-store',
      why: 'Of the two the one that keeps nothing would win, and the consent would be lost',
      remedy: 'Leave one of them out',
    });
  if (research !== null) return research;
  throw new InputError('research-not-offered', {
    found: 'This fleet keeps no films for research',
    why: 'A consent that comes to nothing should not look as if it had been taken',
    remedy: 'Leave the field "consent" out',
  });
}

interface FreshReading {
  readonly record: StudyRecord;
  /** The same reading for when nothing is kept: its overlay travels in the answer as a `data:` URL. */
  readonly unkept: StudyReading;
  readonly output: Pick<Reading, 'logit' | 'probability' | 'features'>;
}

async function readAnew(
  deps: StudyDeps,
  upload: Upload,
  manifest: BundleManifest,
): Promise<FreshReading> {
  const { region } = deps;
  const { image } = upload;
  const { name: model, version, label } = manifest;
  const read = await readAndTell(deps, upload, manifest);
  const { logit, probability, features, heatmapPng } = read;
  const study = studyAddress(model, version, image);
  const slug = labelSlug(label);
  const readingWith = (heatmap: string): StudyReading => ({
    study,
    region,
    model,
    version,
    findings: [findingOf(manifest, read, heatmap)],
    disclaimer,
  });
  const reading = readingWith(`/v1/studies/${study}/heatmaps/${slug}.png`);
  return {
    record: { reading, overlays: new Map([[slug, heatmapPng]]) },
    unkept: readingWith(`data:image/png;base64,${base64Of(heatmapPng)}`),
    output: { logit, probability, features },
  };
}

function findingOf(
  manifest: BundleManifest,
  reading: Omit<Reading, 'heatmapPng'>,
  heatmap: string,
): Finding {
  const { probability, isFamiliar, grade } = reading;
  return {
    label: manifest.label,
    probability,
    decision: decisionOf(manifest, reading),
    ...(!isFamiliar && { unfamiliar: true }),
    ...(grade && { grade }),
    heatmap,
  };
}

async function readAndTell(
  { pool, states, listener }: StudyDeps,
  { image, noStore }: Upload,
  manifest: BundleManifest,
): Promise<Reading> {
  refuseDrifting(states, manifest);
  try {
    const reading = await pool.read(manifest, image);
    const decision = decisionOf(manifest, reading);
    if (!noStore) listener.read({ manifest, image, reading, decision });
    return reading;
  } catch (error) {
    if (!noStore && isInputError(error) && error.code === 'not-this-kind-of-film')
      listener.refused(manifest);
    throw error;
  }
}

/** A store that fails is reported where it fails, and no reason not to read. */
async function lookUp(store: ObjectStore, study: string): Promise<StudyRecord | null> {
  try {
    return await recordOf(store, study);
  } catch {
    return null;
  }
}

/** Whether any store keeps it now. */
async function keep(store: ObjectStore, record: StudyRecord): Promise<boolean> {
  const key = studyKey(record.reading.study);
  if (key === null) return false;
  try {
    await store.putIfAbsent(key, encodeRecord(record));
    return true;
  } catch {
    return false;
  }
}

async function recordOf(store: ObjectStore, study: string): Promise<StudyRecord | null> {
  const key = studyKey(study);
  if (key === null) return null;
  try {
    const bytes = await store.get(key);
    return bytes === null ? null : decodeRecord(bytes, study);
  } catch (cause) {
    throw new TransientError(
      'store-unavailable',
      {
        found: 'No store of readings answers',
        why: 'Whether the study is kept cannot be told without one',
        remedy: 'Ask again after the seconds in Retry-After, or send the picture again',
      },
      { cause },
    );
  }
}

function imageModel(pool: InferencePool, name: string): BundleManifest {
  const { readiness } = pool.status();
  if (readiness === null) throw starting();
  const pictures = readiness.models.filter(({ input }) => input.kind === 'image');
  const manifest = pictures.find((model) => model.name === name);
  if (manifest !== undefined) return manifest;
  const isTable = readiness.models.some((model) => model.name === name);
  throw new InputError(isTable ? 'table-model' : 'unknown-model', {
    found: isTable
      ? `The model "${name}" reads rows of measurements, not pictures`
      : `There is no model "${name.slice(0, 64)}"`,
    why: `Models that read pictures: ${pictures.map((model) => model.name).join(', ')}`,
    remedy: isTable
      ? `Name one of these, or send rows to POST /v2/models/${name}/infer`
      : 'Name one of these in the field "model"',
  });
}

function servedModel({ name, version, label, input, ...rest }: BundleManifest): ServedModel {
  const { threshold, unsure } = rest;
  const expects =
    input.kind === 'image' ? input.expects : `A row of ${input.columns.length} measurements`;
  return { name, version, label, kind: input.kind, expects, threshold, unsure };
}
