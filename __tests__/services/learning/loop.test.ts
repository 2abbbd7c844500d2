// The loop on phantoms: films come with consent, readers say what they show, the queue shrinks, and a refit makes a draft.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDraft } from '../../../models/bundle/load-bundle.ts';
import type { Bundle } from '../../../models/bundle/load-bundle.ts';
import { readManifest } from '../../../models/data/manifest.ts';
import { resolveEngine } from '../../../models/engine/resolve-engine.ts';
import { auroc } from '../../../models/evaluate/metrics.ts';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import { encodeJpeg, previewPng } from '../../../models/imaging/encode.ts';
import { drawKnee } from '../../../models/phantoms/knee.ts';
import { openReader } from '../../../models/reader.ts';
import type { Reader } from '../../../models/reader.ts';
import { augment } from '../../../models/train/augment.ts';
import { memoryObjectStore } from '../../../services/adapters/memory-object-store.ts';
import { learningQueue } from '../../../services/learning/learning-queue.ts';
import { refitFromLake } from '../../../services/learning/refit.ts';
import { writeImageBundle } from '../../support/bundles.ts';
import { keptOf, researchClient } from '../../support/research-client.ts';
import { testPool } from '../../support/test-app.ts';

const variation = {
  cutMax: 0.06,
  borderMax: 0.02,
  contrastMax: 1.2,
  brightnessMax: 10,
  gammaMax: 1.2,
  flip: true,
  turnDegreesMax: 0,
  detailMin: 1,
};
const filmsPerClass = 11;
const validationPerClass = 25;

let folder = '';
let incumbent: Bundle;
let reader: Reader;
let films: readonly { readonly jpeg: Uint8Array; readonly finding: boolean }[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-loop-'));
  incumbent = await writeImageBundle(join(folder, 'registry'));
  reader = await openReader(incumbent, await resolveEngine('onnx'));
  const random = seededRandom(9);
  const drawn = [false, true].map((finding) => drawKnee(31, { finding }));
  films = await Promise.all(
    Array.from({ length: 2 * filmsPerClass }, async (_, index) => ({
      jpeg: await encodeJpeg(augment(drawn[index % 2]!, variation, random)),
      finding: index % 2 === 1,
    })),
  );
  await writeValidationSet(drawn, random);
}, 300_000);
afterAll(async () => {
  await reader.close();
  await rm(folder, { recursive: true });
});

async function writeValidationSet(
  drawn: readonly ReturnType<typeof drawKnee>[],
  random: () => number,
): Promise<void> {
  await mkdir(join(folder, 'films'));
  const lines = ['file,task,label,patient_id,split'];
  for (let index = 0; index < 2 * validationPerClass; index++) {
    const file = `films/${index}.jpg`;
    const film = augment(drawn[index % 2]!, variation, random);
    await writeFile(join(folder, file), await encodeJpeg(film));
    lines.push(`${file},test-chest,${index % 2},V${index >> 1},val`);
  }
  await writeFile(join(folder, 'manifest.csv'), lines.join('\n'));
}

/** The app over the bundle itself, without worker processes. */
const client = () => {
  const { manifest } = incumbent;
  const pool = testPool({
    read: (_model, image) => reader.read(image),
    preview: (image, sideMax = 1_024) => previewPng(image, sideMax),
  });
  const readiness = {
    engine: { id: 'onnx' as const, description: 'test' },
    models: [manifest],
    candidates: [],
    rejected: [],
  };
  pool.current = { ...pool.current, readiness };
  return researchClient({ pool, lake: memoryObjectStore(() => Date.now()) });
};

const query = { model: 'test-chest', votesMin: 1, filmsMax: 100 };

test('from uploads to a draft that tells what the incumbent could not', async () => {
  const { app, lake, feedback } = await client();
  const send = async (image: Uint8Array) => {
    const { formRequest, imagePart, modelPart } = await import('../../support/form.ts');
    const consent = { name: 'consent', value: 'research' };
    const form = formRequest([imagePart(image), modelPart('test-chest'), consent]);
    return app.inject({ method: 'POST', url: '/v1/studies', ...form });
  };
  const studies: string[] = [];
  for (const { jpeg } of films) {
    const answer = (await send(jpeg)).json<Parameters<typeof keptOf>[0]>();
    keptOf(answer);
    studies.push(answer.study);
  }
  const before = await learningQueue(lake, { ...query, count: 5 });
  expect(before.films).toEqual({ unasked: 22, unresolved: 0, labelled: 0, unreadable: 0 });
  expect(new Set(before.ask.map(({ film }) => film)).size).toBe(5);

  const request = {
    store: lake,
    incumbent,
    engine: await resolveEngine('onnx'),
    reference: {
      manifest: join(folder, 'manifest.csv'),
      root: folder,
      cacheDir: join(folder, 'cache'),
      trainingRows: false,
    },
    votesMin: 1,
    coverage: 0.8,
    seed: 1,
    date: '2026-11-21',
    command: 'evenkeel learn refit',
    out: join(folder, 'registry'),
  };
  await expect(refitFromLake(request)).rejects.toMatchObject({ code: 'too-few-labels' });

  for (const [index, study] of studies.entries()) {
    const shows = films[index]!.finding ? 'present' : 'absent';
    expect((await feedback(study, { opinion: 'relabel', shows })).statusCode).toBe(200);
  }
  const after = await learningQueue(lake, { ...query, count: 5 });
  expect(after).toMatchObject({ ask: [], films: { unasked: 0, labelled: 22 } });

  const { bundle, record } = await refitFromLake(request);
  expect(bundle.signer).toBeNull();
  expect(bundle.manifest).toMatchObject({ name: 'test-chest', version: '0.2.0' });
  expect(record.rows).toEqual({ lake: 22, graded: 0, reference: 0, validation: 50 });
  const draft = await openReader(await loadDraft(bundle.dir), await resolveEngine('tfjs'));
  const areas = { incumbent: await area(reader), draft: await area(draft) };
  await draft.close();
  expect(areas.draft).toBeGreaterThan(0.95);
  expect(areas.draft).toBeGreaterThan(areas.incumbent);

  // A second draft of the same lake is the next version, with the same head.
  const again = await refitFromLake(request);
  expect(again.bundle.manifest.version).toBe('0.3.0');
  expect(again.bundle.manifest.model.sha256).toBe(bundle.manifest.model.sha256);
}, 300_000);

/** AUROC, read as serving reads, on the films that chose the penalty: neither head was fitted on them. */
async function area(of: Reader): Promise<number> {
  const rows = await readManifest(join(folder, 'manifest.csv'), 'test-chest');
  const logits = new Float64Array(rows.length);
  for (const [at, { file }] of rows.entries())
    logits[at] = (await of.read(await readFile(join(folder, file)))).logit;
  return auroc(
    logits,
    Uint8Array.from(rows, ({ label }) => label),
  );
}
