// Small bundles for tests: the shipped backbone under a head drawn by lot, and a table of three columns.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backboneImageInput, loadBackbone } from '../../models/backbone/backbone.ts';
import { imageTensors, tableModel, tableTensors, withHead } from '../../models/backbone/head.ts';
import type { Bundle } from '../../models/bundle/load-bundle.ts';
import { loadDraft, manifestFile, sha256 } from '../../models/bundle/load-bundle.ts';
import type { BundleManifest } from '../../models/bundle/manifest.ts';
import { signatureFile, signerOf } from '../../models/bundle/signature.ts';
import { entryOf } from '../../models/bundle/trusted-keys.ts';
import type { TrustedKeys } from '../../models/bundle/trusted-keys.ts';
import { writeBundle } from '../../models/bundle/write-bundle.ts';
import { onnxEngine } from '../../models/engine/onnx-engine.ts';
import { goldenTensor } from '../../models/engine/self-test.ts';
import { seededRandom } from '../../models/evaluate/seeded-random.ts';
import { encodePng } from '../../models/imaging/encode.ts';
import { move } from '../../models/lifecycle/move.ts';
import { drawChest } from '../../models/phantoms/chest.ts';

export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const shared = {
  formatVersion: 1,
  version: '0.1.0',
  label: 'finding',
  calibration: { slope: 1.5, intercept: -0.25 },
  threshold: 0.4,
  unsure: { low: 0.3, high: 0.5 },
  licence: 'Apache-2.0',
  provenance: { trained: 'never' },
} as const;

export function headByLot(seed = 1) {
  const random = seededRandom(seed);
  return { weights: Float64Array.from({ length: 1_280 }, () => random() - 0.5), bias: 0.25 };
}

/** `<root>/test-chest/0.1.0`, with two phantoms as golden inputs. */
export async function writeImageBundle(root: string): Promise<Bundle> {
  const modelBytes = withHead((await loadBackbone()).model, headByLot());
  const files = {
    'golden-clear.png': await encodePng(drawChest(1)),
    'golden-opacity.png': await encodePng(drawChest(2, { finding: true })),
  };
  const manifest = {
    ...shared,
    name: 'test-chest',
    task: 'test-chest',
    input: { ...backboneImageInput, tensor: imageTensors.tensor, expects: 'A chest film' },
    outputs: imageTensors.outputs,
    golden: Object.keys(files).map((input) => ({ input, logit: 0 })),
  };
  const draft = await writeBundle(root, { manifest, modelBytes, files });
  return answered(root, draft, files);
}

export const table = {
  mean: Float64Array.of(10, 20, -5),
  scale: Float64Array.of(2, 4, 0.5),
  weights: Float64Array.of(1, -2, 0.25),
  bias: 0.75,
};

/** `<root>/test-table/0.1.0`. */
export async function writeTableBundle(root: string): Promise<Bundle> {
  const manifest = {
    ...shared,
    name: 'test-table',
    task: 'test-table',
    input: { kind: 'table' as const, tensor: tableTensors.tensor, columns: ['a', 'b', 'c'] },
    outputs: tableTensors.outputs,
    golden: [{ input: [12, 18, -4], logit: 0 }],
  };
  const draft = await writeBundle(root, { manifest, modelBytes: tableModel(table), files: {} });
  return answered(root, draft, {});
}

/** Writes the bundle again with the logits that onnxruntime gives as its golden answers. */
async function answered(root: string, draft: Bundle, files: Record<string, Uint8Array>) {
  const model = await onnxEngine.load(draft);
  const golden: BundleManifest['golden'][number][] = [];
  for (const { input } of draft.manifest.golden) {
    const { logit } = await model.run(await goldenTensor(draft, { input }), 1);
    golden.push({ input, logit: logit[0] ?? Number.NaN });
  }
  await model.close();
  const manifest = { ...draft.manifest, golden };
  await writeBundle(root, { manifest, modelBytes: draft.modelBytes, files, overwrite: true });
  return loadDraft(draft.dir);
}

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const entry = entryOf(publicKey, 'Test publisher', '2026-11-21');

/** A publisher whom only tests trust. */
export const testSigner = signerOf(privateKey);
export const testKeys: TrustedKeys = new Map([[entry.id, { ...entry, publicKey, retired: null }]]);

/** The file that makes a process trust the test publisher. */
export async function writeTestKeys(folder: string): Promise<string> {
  const file = join(folder, 'trusted-keys.json');
  await writeFile(file, JSON.stringify({ formatVersion: 1, keys: [entry] }));
  return file;
}

export const circumstances = { at: '2026-11-21T12:00:00.000Z', by: 'A. Tester', why: 'a test' };

/** Signs a bundle where it lies and lets it serve, as what was there before the history began. */
export async function putInProduction(root: string, { dir, manifest }: Bundle): Promise<void> {
  const bytes = await readFile(join(dir, manifestFile));
  await writeFile(join(dir, signatureFile), testSigner.sign(bytes));
  const { name, version } = manifest;
  const adopted = { kind: 'adopt', version, manifestSha256: sha256(bytes) } as const;
  await move({ root, name }, adopted, circumstances);
}
