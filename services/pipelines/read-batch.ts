// Reads the pictures of one job with the service's own workers. Each finding is kept at once, so that a second attempt goes on from there.
import { InputError, isInputError } from '../../fleet/errors.ts';
import type { Decision } from '../../fleet/study.ts';
import type { BundleManifest } from '../../models/bundle/manifest.ts';
import { decisionOf } from '../../models/known/decision.ts';
import type { Job, JobEnd } from '../adapters/job-store.ts';
import type { ObjectStore } from '../adapters/object-store.ts';
import type { InferencePool } from '../inference/pool/inference-pool.ts';
import { servedManifest } from '../inference/served-manifest.ts';
import { studyAddress } from '../inference/study-records.ts';
import { findingKey, summaryKey, uploadKey } from './object-keys.ts';
import { imageBatchRequest } from './requests.ts';

export interface BatchDeps {
  /** Where clients put pictures and where findings go. */
  readonly objects: Pick<ObjectStore, 'get' | 'putIfAbsent'>;
  readonly pool: Pick<InferencePool, 'read' | 'status'>;
  /** Pictures under way at once: one for each worker. */
  readonly lanes: number;
}

type BatchFinding =
  | {
      readonly id: string;
      readonly outcome: 'read';
      /** Content address, as everywhere in the service. */
      readonly study: string;
      readonly model: string;
      readonly version: string;
      readonly label: string;
      readonly probability: number;
      readonly decision: Decision;
      readonly unfamiliar?: true;
    }
  | {
      readonly id: string;
      readonly outcome: 'refused';
      readonly code: string;
      readonly detail: string;
    };

/** Null when it was stopped. `InputError` 'model-not-found' | 'table-model'; `TransientError` of the pool. */
export async function readBatch(
  deps: BatchDeps,
  job: Job,
  stop: AbortSignal,
): Promise<JobEnd | null> {
  const { model, ids } = imageBatchRequest(JSON.parse(job.request));
  const manifest = pictureModel(deps.pool as InferencePool, model);
  const findings = new Map<string, BatchFinding>();
  const waiting = ids[Symbol.iterator]();
  const lane = async () => {
    for (const id of waiting) {
      if (stop.aborted) return;
      findings.set(id, await finding(deps, { job, manifest, id }));
    }
  };
  await Promise.all(Array.from({ length: deps.lanes }, lane));
  if (findings.size < ids.length) return null;
  const result = summaryKey(job);
  await deps.objects.putIfAbsent(result, encoded(ids.map((id) => findings.get(id))));
  return { kind: 'done', result };
}

function pictureModel(pool: InferencePool, model: string): BundleManifest {
  const manifest = servedManifest(pool, { model });
  if (manifest.input.kind === 'image') return manifest;
  throw new InputError('table-model', {
    found: `The model "${model}" reads rows of measurements, not pictures`,
    why: 'A batch is a batch of pictures',
    remedy: 'Name a model that reads radiographs, or send rows to POST /v1/structured',
  });
}

interface Picture {
  readonly job: Job;
  readonly manifest: BundleManifest;
  readonly id: string;
}

async function finding(deps: BatchDeps, picture: Picture): Promise<BatchFinding> {
  const key = findingKey(picture.job, picture.id);
  const known = await deps.objects.get(key);
  if (known !== null) return JSON.parse(new TextDecoder().decode(known)) as BatchFinding;
  const found = await read(deps, picture);
  await deps.objects.putIfAbsent(key, encoded(found));
  return found;
}

/** One picture that cannot be read is no reason not to read the others. */
async function read({ objects, pool }: BatchDeps, picture: Picture): Promise<BatchFinding> {
  const { job, manifest, id } = picture;
  const { name: model, version, label } = manifest;
  const image = await objects.get(uploadKey(job.owner, id));
  if (image === null) return { id, outcome: 'refused', ...notThere };
  try {
    const reading = await pool.read(manifest, image);
    return {
      id,
      outcome: 'read',
      study: studyAddress(model, version, image),
      model,
      version,
      label,
      probability: reading.probability,
      decision: decisionOf(manifest, reading),
      ...(!reading.isFamiliar && { unfamiliar: true }),
    };
  } catch (error) {
    if (!isInputError(error)) throw error;
    return { id, outcome: 'refused', code: error.code, detail: error.message };
  }
}

const notThere = {
  code: 'no-such-upload',
  detail:
    'No picture of this id was put, or it was forgotten after two days. Ask POST /v1/uploads for an address, put it there, and send a new batch.',
};

const encoded = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
