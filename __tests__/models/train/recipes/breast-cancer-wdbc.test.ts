import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { wdbcColumns } from '../../../../models/data/wdbc.ts';
import { resolveEngine } from '../../../../models/engine/resolve-engine.ts';
import { evaluateModel } from '../../../../models/evaluate/evaluate-model.ts';
import { seededRandom } from '../../../../models/evaluate/seeded-random.ts';
import type { Trained } from '../../../../models/train/recipe.ts';
import { trainWdbc } from '../../../../models/train/recipes/breast-cancer-wdbc.ts';

let dir = '';
let trained: Trained;
const lines: string[] = [];

/** Invented rows in which larger cells are malignant more often. */
function inventedTable(rows: number): string {
  const random = seededRandom(15);
  for (let row = 0; row < rows; row++) {
    const size = random();
    const benign = size + 0.3 * (random() - 0.5) < 0.5 ? 1 : 0;
    const values = wdbcColumns.map((_, column) =>
      ((1 + column) * (1 + size + random())).toFixed(4),
    );
    lines.push([...values, benign].join(','));
  }
  return [`${rows},30,malignant,benign`, ...lines].join('\n');
}

const settings = () => ({
  dataDir: dir,
  registry: path.join(dir, 'registry'),
  version: '1.0.0',
  seed: 1,
  date: '2026-11-21',
  replace: false,
  workDir: 'unused',
  onProgress: () => undefined,
});

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'evenkeel-wdbc-'));
  await mkdir(path.join(dir, 'wdbc'));
  await writeFile(path.join(dir, 'wdbc/breast_cancer.csv'), inventedTable(200));
  trained = await trainWdbc(settings());
});
afterAll(() => rm(dir, { recursive: true }));
const evaluateOn = async (manifest: string, split?: string) =>
  evaluateModel({
    model: trained.bundle.dir,
    manifest,
    root: dir,
    registry: path.join(dir, 'registry'),
    engine: await resolveEngine('onnx'),
    ...(split === undefined ? {} : { split }),
  });

describe('the table model', () => {
  test('cannot continue another version: its fit is exact', async () => {
    const next = { ...settings(), version: '1.1.0', continueFrom: '1.0.0' };
    await expect(trainWdbc(next)).rejects.toMatchObject({ code: 'continue-from' });
  });

  test('reports out-of-fold figures of every row in each of five draws of folds', () => {
    const { evaluation } = trained.card.results[0]!;
    expect(evaluation).toMatchObject({ n: 1_000, patients: 200, threshold: 0.5 });
    expect(evaluation.auroc.value).toBeGreaterThan(0.9);
  });

  test('has golden rows that are rows of nobody', () => {
    const { golden } = trained.bundle.manifest;
    expect(golden).toHaveLength(3);
    for (const { input } of golden) {
      expect(input).toHaveLength(30);
      expect(lines.some((line) => line.startsWith(`${(input as number[])[0]!.toFixed(4)},`))).toBe(
        false,
      );
    }
  });

  test('is evaluated on a table in the file\u2019s own form', async () => {
    const result = await evaluateOn(path.join(dir, 'wdbc/breast_cancer.csv'));
    expect(result).toMatchObject({ n: 200, patients: 200, task: 'breast-cancer-wdbc' });
    expect(result.auroc.value).toBeGreaterThan(trained.card.results[0]!.evaluation.auroc.low);
  });

  test('is evaluated on a manifest that names rows of a table', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => {
      const label = lines[index]!.endsWith(',0') ? 1 : 0;
      return `wdbc/breast_cancer.csv#${index + 1},breast-cancer-wdbc,${label},W${index},test`;
    });
    const manifest = path.join(dir, 'rows.csv');
    await writeFile(manifest, ['file,task,label,patient_id,split', ...rows].join('\n'));
    expect(await evaluateOn(manifest, 'test')).toMatchObject({ n: 40, patients: 40 });
    await writeFile(
      manifest,
      'file,task,label,patient_id\nwdbc/breast_cancer.csv#201,breast-cancer-wdbc,1,A\nwdbc/breast_cancer.csv#1,breast-cancer-wdbc,0,B',
    );
    await expect(evaluateOn(manifest)).rejects.toThrow(/rows 1 to 200/);
  });

  test('has no splits to choose from in the table itself', async () => {
    await expect(
      evaluateOn(path.join(dir, 'wdbc/breast_cancer.csv'), 'test'),
    ).rejects.toMatchObject({ code: 'empty-split' });
  });
});
