// A model that grades pictures by their mean grey alone, and pictures of known grades for it.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Bundle } from '../../models/bundle/load-bundle.ts';
import { writeBundle } from '../../models/bundle/write-bundle.ts';
import { encodePng } from '../../models/imaging/encode.ts';
import { encodeModel } from '../../models/onnx/file.ts';
import { GraphBuilder } from '../../models/onnx/graph-builder.ts';

const side = 224;
/** Cumulative logits are (mean grey - these) / 10: between the grey levels of neighbouring grades. */
const between = [60, 100, 140, 180];

/** A picture of this mean grey: two halves, 30 levels lighter and darker. */
export const greyPicture = (mean: number) =>
  encodePng({
    width: side,
    height: side,
    pixels: Uint8Array.from({ length: side * side }, (_, at) =>
      at % side < side / 2 ? mean - 30 : mean + 30,
    ),
  });

/** `<root>/test-grades/0.1.0`: positive (grade 2 or more) from a mean grey of 100 on. */
export async function writeGradingBundle(
  root: string,
  cuts: readonly number[] = [0, 0, 0, 0],
): Promise<Bundle> {
  const graph = new GraphBuilder();
  const pooled = graph.flatten('flat', graph.globalAveragePool('pooled', 'input'));
  const tenth = graph.floats('w1', { dims: [1, 3], data: new Float32Array(3).fill(1 / 30) });
  const offset = graph.floats('b1', { dims: [1], data: Float32Array.of(-between[1]! / 10) });
  graph.gemm('logit', pooled, tenth, offset);
  const each = graph.floats('w4', { dims: [4, 3], data: new Float32Array(12).fill(1 / 30) });
  const data = Float32Array.from(between, (grey) => -grey / 10);
  graph.gemm('grades', pooled, each, graph.floats('b4', { dims: [4], data }));
  const modelBytes = encodeModel(
    graph.build(
      'grey',
      [{ name: 'input', dims: ['n', 3, side, side] }],
      [
        { name: 'logit', dims: ['n', 1] },
        { name: 'grades', dims: ['n', 4] },
      ],
    ),
  );
  return writeBundle(root, {
    manifest: {
      formatVersion: 1,
      name: 'test-grades',
      version: '0.1.0',
      task: 'test-grades',
      label: 'finding',
      input: {
        kind: 'image',
        tensor: 'input',
        channels: 3,
        height: side,
        width: side,
        resize: { fit: 'squash', kernel: 'triangle' },
        mean: 0,
        deviation: 1,
        expects: 'A grey picture',
      },
      outputs: { logit: 'logit', grades: 'grades' },
      grades: { names: ['KL 0', 'KL 1', 'KL 2', 'KL 3', 'KL 4'], cuts },
      calibration: { slope: 1, intercept: 0 },
      threshold: 0.5,
      unsure: { low: 0.4, high: 0.6 },
      golden: [{ input: 'golden.png', logit: 2 }],
      licence: 'none',
      provenance: {},
    },
    modelBytes,
    files: { 'golden.png': await greyPicture(120) },
  });
}

/** A manifest of one picture for each [grade, mean grey]; each picture is a patient, left and right in turn. */
export async function writeGradedSet(
  root: string,
  pictures: readonly (readonly [grade: number, grey: number])[],
): Promise<string> {
  await mkdir(path.join(root, 'films'), { recursive: true });
  const lines = ['file,task,label,sublabel,patient_id,split,original_split'];
  for (const [index, [grade, grey]] of pictures.entries()) {
    const file = `films/${index}${index % 2 === 0 ? 'L' : 'R'}.png`;
    await writeFile(path.join(root, file), await greyPicture(grey));
    lines.push(`${file},test-grades,${grade >= 2 ? 1 : 0},KL${grade},p${index},test,test`);
  }
  const manifest = path.join(root, 'manifest.csv');
  await writeFile(manifest, lines.join('\n'));
  return manifest;
}
