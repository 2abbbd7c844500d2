// From ten lines to a candidate: reads the model, works out the whole manifest, fits the decision, signs, publishes.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import { modelBytesMax } from '../bundle/check-manifest.ts';
import type { Bundle } from '../bundle/load-bundle.ts';
import { sha256 } from '../bundle/load-bundle.ts';
import type { BundleManifest } from '../bundle/manifest.ts';
import { readBounded } from '../bundle/read-bounded.ts';
import type { BundleParts } from '../bundle/write-bundle.ts';
import { writeBundle } from '../bundle/write-bundle.ts';
import { onnxEngine } from '../engine/onnx-engine.ts';
import { goldenTensor } from '../engine/self-test.ts';
import { decodeModel, encodeModel } from '../onnx/file.ts';
import type { DescribedGraph } from './described-graph.ts';
import { describedGraph } from './described-graph.ts';
import { fittedDecision } from './fitted-decision.ts';
import { goldenFiles } from './golden-files.ts';
import type { Publication } from './publish-draft.ts';
import { publishDraft } from './publish-draft.ts';
import type { PublishRequest } from './request.ts';
import { readRequest } from './request.ts';
import { convertTfjsModel } from './tfjs/convert.ts';

type Parts = Omit<BundleParts, 'signer' | 'overwrite'>;

/** `InputError` for everything that is wrong with the lines, the model or the data. */
export async function publishManifest(file: string, publication: Publication): Promise<Bundle> {
  const request = await readRequest(file);
  const folder = dirname(resolve(file));
  const scratch = await mkdtemp(join(tmpdir(), 'evenkeel-publish-'));
  try {
    const undecided = await undecidedParts(request, folder, publication);
    const answering = await withGolden(scratch, undecided);
    const decided = await withDecision(scratch, answering, { request, folder });
    const draft = await writeBundle(scratch, { ...decided, overwrite: true });
    return await publishDraft(draft.dir, publication);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The whole bundle but its answers and its decision. */
async function undecidedParts(
  request: PublishRequest,
  folder: string,
  { circumstances }: Publication,
): Promise<Parts> {
  const { name, version, task, label, licence } = request;
  const source = join(folder, request.model);
  const graph = await readGraph(source);
  const { files, inputs } = await goldenFiles(request.golden, folder);
  const validation = await validationOf(request, folder);
  return {
    modelBytes: encodeModel(graph.model),
    files,
    manifest: {
      formatVersion: 1,
      name,
      version,
      task,
      label,
      input: inputOf(graph, request),
      outputs: graph.outputs,
      calibration: { slope: 1, intercept: 0 },
      threshold: 0.5,
      unsure: { low: 0.5, high: 0.5 },
      golden: inputs.map((input) => ({ input, logit: 0 })),
      ...(validation === undefined ? {} : { validation }),
      licence,
      provenance: {
        command: 'evenkeel model publish',
        date: circumstances.at.slice(0, 10),
        publishedBy: circumstances.by,
        source: request.model,
        sourceSha256: sha256(await readFile(source)),
      },
    },
  };
}

async function readGraph(source: string): Promise<DescribedGraph> {
  const model = source.endsWith('.json')
    ? await convertTfjsModel(source)
    : decodeModel(await readBounded(source, modelBytesMax));
  return describedGraph(model);
}

function inputOf(
  { tensor, shape }: DescribedGraph,
  { image, columns }: PublishRequest,
): BundleManifest['input'] {
  const [channels = 0, height = 0, width = 0] = shape;
  if (image !== undefined && shape.length === 3 && channels === 3)
    return {
      kind: 'image',
      tensor,
      channels,
      height,
      width,
      resize: { fit: 'squash', kernel: 'triangle' },
      ...image,
    };
  if (columns !== undefined && shape.length === 1 && channels === columns.length)
    return { kind: 'table', tensor, columns };
  throw new InputError('model-shape', {
    found: `The model reads [n, ${shape.join(', ')}]`,
    why:
      columns === undefined
        ? 'Its manifest says that it reads pictures'
        : `Its manifest names ${columns.length} columns`,
    remedy: 'Mend the manifest, or choose the model that it describes',
  });
}

async function validationOf(
  { validation }: PublishRequest,
  folder: string,
): Promise<BundleManifest['validation']> {
  if (validation === undefined) return undefined;
  const csv = await readFile(join(folder, validation.manifest));
  return { setSha256: sha256(csv), floors: validation.floors };
}

/** The golden answers are those of onnxruntime; publishing then demands them of both engines. */
async function withGolden(scratch: string, parts: Parts): Promise<Parts> {
  const draft = await writeBundle(scratch, { ...parts, overwrite: true });
  const model = await onnxEngine.load(draft);
  try {
    const golden: BundleManifest['golden'][number][] = [];
    for (const { input } of parts.manifest.golden) {
      const { logit } = await model.run(await goldenTensor(draft, { input }), 1);
      golden.push({ input, logit: logit[0] ?? Number.NaN });
    }
    return { ...parts, manifest: { ...parts.manifest, golden } };
  } finally {
    await model.close();
  }
}

async function withDecision(
  scratch: string,
  parts: Parts,
  { request, folder }: { readonly request: PublishRequest; readonly folder: string },
): Promise<Parts> {
  const { decision, validation } = request;
  if (decision !== undefined) {
    const { slope, intercept, threshold, low, high } = decision;
    const decided = { calibration: { slope, intercept }, threshold, unsure: { low, high } };
    return { ...parts, manifest: { ...parts.manifest, ...decided } };
  }
  if (validation === undefined) throw new Error('a request without a decision was let through');
  const draft = await writeBundle(scratch, { ...parts, overwrite: true });
  const fitted = await fittedDecision(draft, {
    ...validation,
    manifest: join(folder, validation.manifest),
    root: join(folder, validation.root),
  });
  return { ...parts, manifest: { ...parts.manifest, ...fitted } };
}
