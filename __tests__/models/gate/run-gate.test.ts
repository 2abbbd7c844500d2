// The whole way of a second version: published, judged on real answers of both, promoted to production and taken back.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tableModel, tableTensors } from '../../../models/backbone/head.ts';
import { sha256 } from '../../../models/bundle/load-bundle.ts';
import { readPointer } from '../../../models/bundle/registry.ts';
import { writeBundle } from '../../../models/bundle/write-bundle.ts';
import { wdbcColumns } from '../../../models/data/wdbc.ts';
import { goldenRows } from '../../../models/train/golden.ts';
import { runGate } from '../../../models/gate/run-gate.ts';
import { readHistory } from '../../../models/lifecycle/move.ts';
import { promote, rollback } from '../../../models/lifecycle/serve-version.ts';
import { verifyRegistry } from '../../../models/lifecycle/verify-registry.ts';
import { publishDraft } from '../../../models/publish/publish-draft.ts';
import {
  circumstances,
  putInProduction,
  testKeys,
  testSigner,
  withFolder,
} from '../../support/bundles.ts';

const name = 'cells';
const columns = wdbcColumns.length;

/** One column decides; `sign` -1 makes a model that is wrong about everything. */
async function writeVersion(root: string, version: string, sign: 1 | -1) {
  const weights = new Float64Array(columns);
  weights[0] = sign;
  const mean = new Float64Array(columns).fill(8);
  const scale = new Float64Array(columns).fill(2);
  const modelBytes = tableModel({ mean, scale, weights, bias: 0 });
  return writeBundle(root, {
    modelBytes,
    files: {},
    manifest: {
      formatVersion: 1,
      name,
      version,
      task: name,
      label: 'malignant',
      input: { kind: 'table', tensor: tableTensors.tensor, columns: wdbcColumns },
      outputs: tableTensors.outputs,
      calibration: { slope: 1, intercept: 0 },
      threshold: 0.5,
      unsure: { low: 0.4, high: 0.6 },
      golden: await goldenRows(modelBytes, tableTensors.tensor, [
        Array.from({ length: columns }, (_, column) => column),
      ]),
      licence: 'CC-BY-4.0',
      provenance: {},
    },
  });
}

/** The file's class 0 is malignant: those rows have the larger first column, but for one in ten. */
function table(rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const isMalignant = (row % 2 === 0) !== (row % 10 === 3);
    const first = 8 + (isMalignant ? 1 : -1) * (1 + (row % 7) / 4);
    return [
      first,
      ...Array.from({ length: columns - 1 }, (__, at) => (row * at) % 5),
      row % 2,
    ].join();
  });
  return [`${rows},${columns},malignant,benign`, ...lines].join('\n');
}

test('a version that is as good reaches production and can be taken back; one that is worse does not', async () => {
  await withFolder(async (root) => {
    const manifest = join(root, 'table.csv');
    await writeFile(manifest, table(300));
    await putInProduction(root, await writeVersion(root, '1.0.0', 1));
    const publication = { registry: root, signer: testSigner, keys: testKeys, circumstances };
    const place = { root, name, keys: testKeys };
    const gated = async (version: string, sign: 1 | -1) => {
      const { dir } = await writeVersion(root, version, sign);
      await publishDraft(dir, publication);
      return runGate({
        place,
        version,
        manifest,
        root,
        engine: 'onnx',
        circumstances,
        // A clock that ticks alike for both: nothing is timed here.
        nowMs: (
          (ms) => () =>
            ms++
        )(0),
        memoryRatio: async () => 1,
        onRow: () => undefined,
      });
    };

    const worse = await gated('1.1.0', -1);
    expect(worse.report.verdict).toBe('fail');
    const shadow = { version: '1.1.0', to: 'shadow', approvals: [] } as const;
    await expect(promote(place, shadow, circumstances)).rejects.toMatchObject({
      code: 'gate-not-passed',
    });

    const { report, file } = await gated('1.2.0', 1);
    expect(report).toMatchObject({ verdict: 'pass', incumbent: '1.0.0' });
    expect(report.validation).toMatchObject({ rows: 300, patients: 300 });
    const { entries } = await readHistory(root, name);
    const entered = entries.at(-1)!.transition;
    expect(entered).toMatchObject({ kind: 'gate', reportSha256: sha256(await readFile(file)) });

    const version = '1.2.0';
    await promote(place, { version, to: 'shadow', approvals: [] }, circumstances);
    await promote(place, { version, to: 'canary', share: 0.05, approvals: [] }, circumstances);
    await promote(place, { version, to: 'production', approvals: [] }, circumstances);
    expect(await readPointer(name, root)).toMatchObject({ production: '1.2.0', previous: '1.0.0' });
    await rollback(place, version, circumstances);
    expect(await readPointer(name, root)).toMatchObject({ production: '1.0.0', previous: null });
    expect((await verifyRegistry(root, testKeys)).filter(({ isSound }) => !isSound)).toEqual([]);
  });
}, 120_000);
