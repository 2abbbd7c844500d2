// A reader gives logit, calibrated probability and heat map for a file, and refuses to open on a model that errs.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile, rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Bundle } from '../../models/bundle/load-bundle.ts';
import { onnxEngine } from '../../models/engine/onnx-engine.ts';
import { goldenTensor } from '../../models/engine/self-test.ts';
import type { Gate } from '../../models/bundle/manifest.ts';
import { decisionOf } from '../../models/known/decision.ts';
import { gateOutputs, withGate } from '../../models/known/gate-graph.ts';
import { decodeModel, encodeModel } from '../../models/onnx/file.ts';
import { evidenceOf, openReader } from '../../models/reader.ts';
import type { Reader } from '../../models/reader.ts';
import { writeImageBundle, writeTableBundle } from '../support/bundles.ts';
import { gateByLot } from '../support/gates.ts';

let folder: string;
let bundle: Bundle;
let reader: Reader;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-'));
  bundle = await writeImageBundle(folder);
  reader = await openReader(bundle, onnxEngine);
});

afterAll(async () => {
  await reader.close();
  await rm(folder, { recursive: true });
});

describe('a reading', () => {
  test('gives the golden logit, its calibrated probability and a heat map with opacity', async () => {
    const [golden] = bundle.manifest.golden;
    const reading = await reader.read(await readFile(join(bundle.dir, golden!.input as string)));
    expect(reading.logit).toBeCloseTo(golden!.logit, 5);
    expect(reading.probability).toBeCloseTo(1 / (1 + Math.exp(-(1.5 * golden!.logit - 0.25))), 5);
    const facts = await sharp(Buffer.from(reading.heatmapPng)).metadata();
    expect([facts.format, facts.width, facts.height, facts.channels]).toEqual(['png', 448, 448, 4]);
  });

  test('is the same for a JPEG that a clinic would send, but for what JPEG loses', async () => {
    const [golden] = bundle.manifest.golden;
    const png = await readFile(join(bundle.dir, golden!.input as string));
    const jpeg = await sharp(png).jpeg({ quality: 100 }).toBuffer();
    const [fromPng, fromJpeg] = [await reader.read(png), await reader.read(jpeg)];
    expect(Math.abs(fromPng.logit - fromJpeg.logit)).toBeLessThan(0.5);
    expect(fromJpeg.logit).not.toBe(fromPng.logit);
  });

  test('can be had from a tensor, as the machine interface does', async () => {
    const [golden] = bundle.manifest.golden;
    const output = await reader.infer(await goldenTensor(bundle, golden!), 1);
    expect(output.logit[0]).toBeCloseTo(golden!.logit, 5);
  });

  /** Pixels by turns lighter and darker, that differ by `contrast` grey levels. */
  const striped = (width: number, height: number, contrast: number) =>
    sharp(
      Uint8Array.from({ length: width * height }, (_, i) => 100 + (i % 2) * contrast),
      { raw: { width, height, channels: 1 } },
    )
      .png()
      .toBuffer();

  test.each([
    [64, 64, 16, null],
    [63, 64, 16, 'blank-image'],
    [64, 63, 16, 'blank-image'],
    [64, 64, 15, 'blank-image'],
    [1, 1, 0, 'blank-image'],
  ] as const)(
    'of %d x %d pixels spanning %d grey levels: %s',
    async (width, height, contrast, code) => {
      const outcome = await reader.read(await striped(width, height, contrast)).then(
        () => null,
        (error: { code?: string }) => error.code,
      );
      expect(outcome).toBe(code);
    },
  );

  test('is refused for what is no picture, and the reader reads on', async () => {
    await expect(reader.read(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
      code: 'unsupported-format',
    });
    const [, second] = bundle.manifest.golden;
    const reading = await reader.read(await readFile(join(bundle.dir, second!.input as string)));
    expect(reading.logit).toBeCloseTo(second!.logit, 5);
  });

  test('is refused by a model that reads tables', async () => {
    const table = await openReader(await writeTableBundle(folder), onnxEngine);
    const png = await readFile(join(bundle.dir, bundle.manifest.golden[0]!.input as string));
    await expect(table.read(png)).rejects.toMatchObject({ code: 'table-model' });
    await table.close();
  });
});

describe('a model with a gate', () => {
  const outputs = gateOutputs;
  const withGateOf = (limits: Omit<Gate, 'outputs'>): Bundle => ({
    ...bundle,
    modelBytes: encodeModel(withGate(decodeModel(bundle.modelBytes), gateByLot())),
    manifest: { ...bundle.manifest, gate: { outputs, ...limits } },
  });
  const withLimits = (marginMin: number, distanceMax: number) =>
    withGateOf({ marginMin, distanceMax });
  const picture = () => readFile(join(bundle.dir, bundle.manifest.golden[0]!.input as string));
  async function readAt(marginMin: number, distanceMax: number) {
    const gated = await openReader(withLimits(marginMin, distanceMax), onnxEngine);
    try {
      return await gated.read(await picture());
    } finally {
      await gated.close();
    }
  }

  test('reads a film on the limits, and refuses one beyond either of them', async () => {
    const open = await openReader(withLimits(-1e6, 1e9), onnxEngine);
    const { gate } = await open.infer(await goldenTensor(bundle, bundle.manifest.golden[0]!), 1);
    await open.close();
    const [margin, distance] = [gate!.margin[0]!, gate!.distance[0]!];
    const { logit } = await readAt(margin, distance);
    expect(logit).toBeCloseTo(bundle.manifest.golden[0]!.logit, 5);
    const refusal = { code: 'not-this-kind-of-film' };
    await expect(readAt(margin + 0.001, distance)).rejects.toMatchObject(refusal);
    await expect(readAt(margin, distance * 0.999)).rejects.toMatchObject(refusal);
  });

  test('reads a film beyond the narrower limits too, and says that it is unfamiliar', async () => {
    const open = { marginMin: -1e6, distanceMax: 1e9 };
    for (const [familiar, isFamiliar] of [
      [undefined, true],
      [open, true],
      [{ ...open, marginMin: 1e6 }, false],
      [{ ...open, distanceMax: 1e-6 }, false],
    ] as const) {
      const narrow = await openReader(
        withGateOf({ ...open, ...(familiar && { familiar }) }),
        onnxEngine,
      );
      const reading = await narrow.read(await picture());
      await narrow.close();
      expect(reading.isFamiliar).toBe(isFamiliar);
      expect(decisionOf({ unsure: { low: 0, high: 0 } }, reading)).toBe(
        isFamiliar ? 'abnormal' : 'unsure',
      );
    }
  });

  test('says in its refusal what it expects, and gives no score', async () => {
    const refused = await readAt(1e6, 1e9).catch((error: Error) => error.message);
    expect(refused).toContain('It expects: A chest film.');
    expect(refused).not.toMatch(/\d\.\d|%/);
  });

  test('that computes no margin does not open', async () => {
    const { gate } = withLimits(0, 1).manifest;
    const broken = { ...bundle, manifest: { ...bundle.manifest, gate: gate! } };
    await expect(openReader(broken, onnxEngine)).rejects.toThrow();
  });
});

test('a reader does not open when a golden answer is off', async () => {
  const [first, ...rest] = bundle.manifest.golden;
  const golden = [{ ...first!, logit: first!.logit + 0.001 }, ...rest];
  const wrong = { ...bundle, manifest: { ...bundle.manifest, golden } };
  await expect(openReader(wrong, onnxEngine)).rejects.toMatchObject({ code: 'golden-mismatch' });
});

test('evidence at a place is what the film would be called if it looked like that all over', () => {
  const calibration = { slope: 2, intercept: 1 };
  const cam = Float32Array.of(0, 1, 2, 5);
  // mean 2, so with logit 3 the bias is 1; at threshold 0.5 no log-odds are needed.
  const map = evidenceOf({ calibration, threshold: 0.5 }, 3, { cam, camWidth: 2, camHeight: 2 });
  expect(Array.from(map.values)).toEqual([3, 5, 7, 13]);
  const strict = evidenceOf({ calibration, threshold: 0.9 }, 3, { cam, camWidth: 2, camHeight: 2 });
  expect(strict.values[0]).toBeCloseTo(3 - Math.log(9), 5);
});
