// `npm run docs:models`: writes docs/models/ from its records, `-- --check` names what differs; `-- --measure [--data DIR] [BUNDLE ...]` measures bundles first.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundleNamed } from '../models/bundle/named-bundle.ts';
import { bundleDirs } from '../models/bundle/registry.ts';
import { resolveEngine } from '../models/engine/resolve-engine.ts';
import { evaluateModel } from '../models/evaluate/evaluate-model.ts';
import type { ModelCard } from '../models/train/card.ts';
import type { MeasuredSet, ModelRecord } from '../models/train/model-page.ts';
import { modelDocs, modelPages } from './model-pages.ts';

interface TestSet {
  readonly title: string;
  /** Relative to the data folder. */
  readonly manifest: string;
  readonly split?: string;
  readonly copies?: string;
}

/** By task, the hardest first. A table's own rows were all seen by its model: its card holds what was held out. */
const testSets: Readonly<Record<string, readonly TestSet[]>> = {
  'cxr-pneumonia': [
    { title: 'Authors\u2019 test set', manifest: 'manifest.csv', split: 'official' },
    { title: 'Own split', manifest: 'manifest.csv', split: 'test' },
    { title: 'Full-size films', manifest: 'originals/manifest.csv', copies: 'cxr' },
  ],
  'knee-oa': [{ title: 'Authors\u2019 test set', manifest: 'manifest.csv', split: 'test' }],
};

/** Films with the finding of each test set on which the heat map is checked: the share is then told to within a tenth. */
const heatMaps = 100;

async function measure(dir: string, dataDir: string): Promise<void> {
  const { manifest } = await bundleNamed(dir);
  const card = JSON.parse(await readFile(path.join(dir, 'card.json'), 'utf8')) as ModelCard;
  const sets: MeasuredSet[] = [];
  for (const { title, manifest: table, split, copies } of testSets[manifest.task] ?? []) {
    console.error(`${manifest.name} ${manifest.version}: ${title}`);
    const report = await evaluateModel({
      model: dir,
      manifest: path.join(dataDir, table),
      root: dataDir,
      engine: await resolveEngine('onnx'),
      heatMaps,
      ...(split !== undefined && { split }),
      ...(copies !== undefined && { copies: path.join(dataDir, copies) }),
    });
    const command = [
      `${manifest.name} --root DATA --manifest DATA/${table}`,
      ...(split === undefined ? [] : [`--split ${split}`]),
      ...(copies === undefined ? [] : [`--copies DATA/${copies}`]),
      `--heat-maps ${heatMaps}`,
    ].join(' ');
    sets.push({ title, command, report });
  }
  const record: ModelRecord = { card, sets };
  const data = path.join(modelDocs, 'data');
  await mkdir(data, { recursive: true });
  await writeFile(path.join(data, `${manifest.name}.json`), `${JSON.stringify(record, null, 1)}\n`);
}

async function shippedBundles(): Promise<readonly string[]> {
  const names = new Set((await bundleDirs()).map(({ name }) => name));
  const bundles = await Promise.all([...names].map((name) => bundleNamed(name)));
  return bundles.map(({ dir }) => dir);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    measure: { type: 'boolean' },
    check: { type: 'boolean' },
    docs: { type: 'string', default: modelDocs },
    data: { type: 'string', default: path.join(modelDocs, '../../../shared/data') },
  },
});
if (values.measure === true)
  for (const dir of positionals.length > 0 ? positionals : await shippedBundles())
    await measure(dir, values.data);
for (const [file, content] of await modelPages(values.docs)) {
  const target = path.join(values.docs, file);
  if (values.check === true) {
    if ((await readFile(target, 'utf8').catch(() => '')) === content) continue;
    console.log(file);
    process.exitCode = 1;
  } else {
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content);
    console.log(target);
  }
}
