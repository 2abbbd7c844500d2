// A scientist's ten lines: the example of the documentation is published as it stands, and what may not be is refused.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Command } from 'commander';
import { addRegistryCommands } from '../../../cli/registry-commands.ts';
import { tableModel } from '../../../models/backbone/head.ts';
import { readPointer } from '../../../models/bundle/registry.ts';
import { encodeModel } from '../../../models/onnx/file.ts';
import { GraphBuilder } from '../../../models/onnx/graph-builder.ts';
import { encodePng } from '../../../models/imaging/encode.ts';
import { drawKnee } from '../../../models/phantoms/knee.ts';
import { publishManifest } from '../../../models/publish/publish-manifest.ts';
import { circumstances, table, testKeys, testSigner, withFolder } from '../../support/bundles.ts';

const example = async (): Promise<string> => {
  const page = await readFile(join(__dirname, '../../../docs/models/publishing.md'), 'utf8');
  return /```json\n([\s\S]*?)```/.exec(page)![1]!;
};

/** Reads films of 64 pixels: one strided convolution, averaged, and one number. */
function smallModel(): Uint8Array {
  const graph = new GraphBuilder();
  const data = Float32Array.from({ length: 4 * 3 * 64 }, (_, at) => Math.sin(at) / 8);
  const filter = graph.floats('filter', { dims: [4, 3, 8, 8], data });
  const maps = graph.conv('maps', { x: 'film', weights: filter, kernel: 8, stride: 8 });
  const pooled = graph.flatten('pooled', graph.globalAveragePool('average', maps));
  const row = graph.floats('row', { dims: [1, 4], data: Float32Array.of(1, -1, 2, 0.5) });
  graph.gemm(
    'score',
    pooled,
    row,
    graph.floats('offset', { dims: [1], data: Float32Array.of(0.1) }),
  );
  return encodeModel(
    graph.build(
      'small',
      [{ name: 'film', dims: [1, 3, 64, 64] }],
      [{ name: 'score', dims: [1, 1] }],
    ),
  );
}

/** The films of the example: phantoms, every other one with the finding. */
async function writeFilms(folder: string): Promise<void> {
  await mkdir(join(folder, 'films'));
  const lines = ['file,task,label,patient_id'];
  for (let seed = 1; seed <= 8; seed++) {
    const finding = seed % 2 === 0;
    await writeFile(
      join(folder, 'films', `${seed}.png`),
      await encodePng(drawKnee(seed, { finding })),
    );
    lines.push(`${seed}.png,knee-effusion,${Number(finding)},p${seed}`);
  }
  await writeFile(join(folder, 'validation.csv'), lines.join('\n'));
}

const tableLines = {
  name: 'test-rows',
  version: '1.0.0',
  task: 'test-rows',
  label: 'finding',
  model: 'model.onnx',
  columns: ['a', 'b', 'c'],
  golden: { invented: [[12, 18, -4]] },
  decision: { slope: 1, intercept: 0, threshold: 0.5, low: 0.4, high: 0.6 },
  licence: 'CC-BY-4.0',
};

async function publishedFrom(folder: string, lines: string) {
  const file = join(folder, 'lines.json');
  await writeFile(file, lines);
  const registry = join(folder, 'registry');
  return publishManifest(file, { registry, signer: testSigner, keys: testKeys, circumstances });
}

test('the example of the documentation has ten lines and becomes a signed candidate', async () => {
  await withFolder(async (folder) => {
    const lines = await example();
    expect(lines.trim().split('\n').length).toBeLessThanOrEqual(10);
    await writeFile(join(folder, 'model.onnx'), smallModel());
    await writeFilms(folder);
    const { manifest, signer } = await publishedFrom(folder, lines);
    expect(signer?.owner).toBe('Test publisher');
    expect(manifest.input).toMatchObject({ kind: 'image', tensor: 'film', height: 64, width: 64 });
    expect(manifest.outputs).toEqual({ logit: 'score' });
    expect(manifest.golden).toHaveLength(2);
    expect(manifest.validation?.floors.auroc).toBe(0.85);
    expect(manifest.calibration).not.toEqual({ slope: 1, intercept: 0 });
    const registry = join(folder, 'registry');
    expect(await readPointer('knee-effusion', registry)).toMatchObject({ production: null });
  });
}, 120_000);

describe('refused is', () => {
  test.each<[string, object, string]>([
    [
      'a golden input that is not declared a phantom',
      { golden: { films: ['film.png'] } },
      'golden-not-phantom',
    ],
    ['a golden picture for a table', { golden: { phantoms: ['film.png'] } }, 'golden-not-phantom'],
    ['another number of columns', { columns: ['a', 'b'] }, 'model-shape'],
    [
      'a picture model that reads rows',
      {
        columns: undefined,
        golden: { drawn: 'knee' },
        image: { mean: 0, deviation: 1, expects: 'A film' },
      },
      'model-shape',
    ],
    ['a model without a decision', { decision: undefined }, 'publish-manifest'],
    ['a word that means nothing', { colour: 'blue' }, 'publish-manifest'],
    ['a version that is none', { version: 'one' }, 'bundle-invalid'],
    ['a model that is not there', { model: 'absent.onnx' }, 'bundle-missing'],
  ])('%s', async (_, changes, code) => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'model.onnx'), tableModel(table));
      const lines = JSON.stringify({ ...tableLines, ...changes });
      await expect(publishedFrom(folder, lines)).rejects.toMatchObject({ code });
    });
  });
});

describe('evenkeel model', () => {
  let out: string[] = [];
  beforeEach(() => {
    out = [];
    jest.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = 0;
  });

  test('takes a model from a key to production and tells its whole history', async () => {
    await withFolder(async (folder) => {
      const evenkeel = async (...args: string[]) => {
        const program = new Command('evenkeel').exitOverride();
        addRegistryCommands(program);
        await program.parseAsync(['model', ...args], { from: 'user' });
      };
      const key = join(folder, 'publisher.pem');
      await evenkeel('keygen', '--out', key, '--owner', 'A. Noether');
      const keys = join(folder, 'keys.json');
      const entry = JSON.parse(out[0]!) as object;
      await writeFile(keys, JSON.stringify({ formatVersion: 1, keys: [entry] }));
      await writeFile(join(folder, 'model.onnx'), tableModel(table));
      await writeFile(join(folder, 'lines.json'), JSON.stringify(tableLines));
      const registry = ['--registry', join(folder, 'registry'), '--trusted-keys', keys];
      const why = ['--by', 'E. Artin', '--why', 'a test'];
      await evenkeel('publish', join(folder, 'lines.json'), '--key', key, ...registry, ...why);
      const promote = ['promote', 'test-rows', '1.0.0', '--to', 'production', ...registry, ...why];
      await expect(evenkeel(...promote)).rejects.toMatchObject({ code: 'gate-not-passed' });
      await evenkeel('verify', ...registry);
      expect(process.exitCode ?? 0).toBe(0);
      out = [];
      await evenkeel('show', 'test-rows', ...registry);
      expect(out.join('\n')).toMatch(/1\.0\.0 +candidate/);
      expect(out.join('\n')).toMatch(/publish +1\.0\.0 +draft -> candidate +E\. Artin +a test/);
      out = [];
      await evenkeel('list', ...registry);
      expect(out.join('\n')).toMatch(/test-rows +- +- +- +-/);
      await writeFile(join(folder, 'registry/test-rows/1.0.0/model.onnx'), 'something else');
      await evenkeel('verify', ...registry);
      expect(process.exitCode).toBe(1);
    });
  }, 60_000);
});
