// A real cluster of one master and two workers: the figures of one machine, whatever is killed, and a head refitted on it.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvaluationReport } from '../../fleet/card.ts';
import type { Bundle } from '../../models/bundle/load-bundle.ts';
import { loadDraft } from '../../models/bundle/load-bundle.ts';
import { bundleNamed } from '../../models/bundle/named-bundle.ts';
import { compareVersions } from '../../models/bundle/registry.ts';
import type { ManifestRow } from '../../models/data/manifest.ts';
import { readImage, readManifest, rowsOfSplit } from '../../models/data/manifest.ts';
import { onnxEngine } from '../../models/engine/onnx-engine.ts';
import { decodeGrey } from '../../models/imaging/decode.ts';
import { preprocess } from '../../models/imaging/preprocess.ts';
import { evaluateModel } from '../../models/evaluate/evaluate-model.ts';
import { openReader } from '../../models/reader.ts';
import { compileScorer } from '../../models/spark/compile.ts';
import { fitLogistic, logits } from '../../models/train/logistic.ts';
import { decodeModel } from '../../models/onnx/file.ts';
import { partingDraft, withoutControls } from '../support/parting-draft.ts';
import { writePhantomArchive } from '../support/phantom-archive.ts';
import type { Cluster } from '../support/spark-cluster.ts';
import { obstacle, startCluster } from '../support/spark-cluster.ts';
import { answerOf, committedTasks, eventsOf, furthest, runSpark } from '../support/spark-runs.ts';

const why = obstacle();
if (why !== null) console.warn(`The Spark suite is skipped: ${why}.`);
const describeSpark = why === null ? describe : describe.skip;

const deltaMax = 1e-6;
/** A run takes some 20 s on an idle machine. */
const runMsMax = 900_000;
const task = 'knee-oa';

/** What the executors' scorer gives for the same rows, read here. */
async function featuresOf(bundle: Bundle, rows: readonly ManifestRow[], root: string) {
  const { input } = bundle.manifest;
  if (input.kind !== 'image') throw new Error('the incumbent reads pictures');
  const reader = await openReader(bundle, onnxEngine);
  const features: Float32Array[] = [];
  for (const row of rows) {
    const image = await decodeGrey(await readImage(root, row));
    const output = await reader.infer(preprocess(image, input), 1);
    features.push(output.features ?? new Float32Array());
  }
  await reader.close();
  const columns = features[0]?.length ?? 0;
  const all = new Float32Array(features.length * columns);
  for (const [row, values] of features.entries()) all.set(values, row * columns);
  return { features: all, columns, labels: Uint8Array.from(rows, ({ label }) => label) };
}

const confs = (...pairs: readonly string[]) => pairs.flatMap((pair) => ['--conf', pair]);

describeSpark('on a cluster of one master and two workers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-spark-'));
  const root = join(folder, 'archive');
  let release = '';
  let manifest = '';
  let model = '';
  let local: EvaluationReport;
  let cluster: Cluster;
  /** Wall clock of a run by its executors. */
  const runMs: Record<number, number> = {};

  const common = () => [
    '--model',
    model,
    '--manifest',
    manifest,
    '--root',
    root,
    ...confs(
      // Few films a task, so that a killed worker loses some and has finished others.
      'spark.sql.files.maxPartitionBytes=8388608',
      'spark.executor.memory=512m',
      'spark.driver.memory=512m',
    ),
  ];
  const onCluster = (name: string, at: Cluster) => {
    const events = join(folder, `events-${name}`);
    mkdirSync(events);
    const logged = ['spark.eventLog.enabled=true', `spark.eventLog.dir=file:${events}`];
    return {
      events,
      output: join(folder, name),
      args: [
        ...common(),
        '--master',
        at.master,
        '--output',
        join(folder, name),
        ...confs(...logged),
      ],
    };
  };

  beforeAll(async () => {
    mkdirSync(root);
    release = await compileScorer();
    manifest = await writePhantomArchive(root);
    model = await partingDraft(folder, manifest, root);
    const report = await evaluateModel({ model, manifest, root, engine: onnxEngine });
    local = withoutControls(report);
    cluster = await startCluster(join(folder, 'cluster'), 2);
  }, runMsMax);

  afterAll(async () => {
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the archive is one on which figures can differ', () => {
    expect(local.n).toBe(67);
    const { auroc, accuracy, sensitivity, specificity, gradeAccuracy } = local;
    for (const figure of [auroc, accuracy, sensitivity, specificity, gradeAccuracy]) {
      expect(figure!.value).toBeGreaterThan(0);
      expect(figure!.value).toBeLessThan(1);
    }
    expect(local.subgroups.length).toBeGreaterThan(1);
  });

  test(
    'two executors give the figures and intervals of one machine',
    async () => {
      const { events, args } = onCluster('two', cluster);
      const run = await runSpark('evaluate', [...args, '--release', release]);
      runMs[2] = run.ms;
      expect(furthest(answerOf(run), local)).toBeLessThanOrEqual(deltaMax);
      expect(eventsOf(events)).toEqual({ executorsAdded: 2, executorsRemoved: 0, tasksLost: 0 });
    },
    runMsMax,
  );

  test(
    'one executor gives the same, and both times are reported',
    async () => {
      const { events, args } = onCluster('one', cluster);
      const oneCore = ['--conf', 'spark.cores.max=1', '--release', release];
      const run = await runSpark('evaluate', [...args, ...oneCore]);
      runMs[1] = run.ms;
      expect(furthest(answerOf(run), local)).toBeLessThanOrEqual(deltaMax);
      expect(eventsOf(events).executorsAdded).toBe(1);
      const seconds = (ms: number) => (ms / 1_000).toFixed(1);
      console.info(
        `${local.n} films: ${seconds(runMs[1])} s on one executor, ${seconds(runMs[2] ?? NaN)} s on two, start-up included: a speed-up of ${(runMs[1] / (runMs[2] ?? NaN)).toFixed(2)}`,
      );
    },
    runMsMax,
  );

  test(
    'the harness sees one dropped row, and one wrong label',
    async () => {
      const [header = '', ...lines] = readFileSync(manifest, 'utf8').split('\n');
      const judged = async (name: string, changed: readonly string[]) => {
        const file = join(folder, name);
        writeFileSync(file, [header, ...changed].join('\n'));
        return withoutControls(
          await evaluateModel({ model, manifest: file, root, engine: onnxEngine }),
        );
      };
      const turned = (lines[3] ?? '').replace(
        /,knee-oa,([01]),/,
        (_, label: string) => `,knee-oa,${1 - Number(label)},`,
      );
      expect(furthest(await judged('dropped.csv', lines.toSpliced(3, 1)), local)).toBeGreaterThan(
        deltaMax,
      );
      expect(furthest(await judged('turned.csv', lines.with(3, turned)), local)).toBeGreaterThan(
        deltaMax,
      );
    },
    runMsMax,
  );

  test.each([
    ['scorer.js', 'a scorer that loses an answer', /answered row \d+/],
    [
      'driver.js',
      'a judge that is given one score of another model',
      /Spark SQL and models\/evaluate disagree/,
    ],
  ])(
    '%s: %s is noticed, and no figure is printed',
    async (script, _, complaint) => {
      const spoilt = join(folder, `spoilt-${script}`);
      cpSync(
        join(__dirname, '../support/spoilt-release', script),
        join(spoilt, 'models/spark', script),
      );
      writeFileSync(join(spoilt, 'package.json'), '{"type":"module"}');
      const other = script === 'scorer.js' ? 'driver.js' : 'scorer.js';
      for (const [name, target] of [
        [other, other],
        [script, `real-${script}`],
      ] as const)
        writeFileSync(
          join(spoilt, 'models/spark', target),
          `import(${JSON.stringify(join(release, 'models/spark', name))});\n`,
        );
      const once = ['--conf', 'spark.task.maxFailures=1', '--master', 'local[1]'];
      const run = await runSpark('evaluate', [...common(), ...once, '--release', spoilt]);
      expect(run.code).toBe(1);
      expect(run.stdout).toBe('');
      expect(run.stderr).toMatch(complaint);
    },
    600_000,
  );

  test(
    'a picture that cannot be decoded is named, with all others still read, and it is for a person to mend',
    async () => {
      writeFileSync(join(root, 'knee', 'damaged.jpg'), 'no picture');
      const damaged = join(folder, 'damaged.csv');
      const lines = readFileSync(manifest, 'utf8').split('\n');
      const bad = `knee/damaged.jpg,${task},1,KL3,test-99,test,test`;
      writeFileSync(damaged, [...lines.slice(0, 4), bad, ...lines.slice(4, 10)].join('\n'));
      const args = [
        ...common(),
        '--manifest',
        damaged,
        '--master',
        'local[1]',
        '--release',
        release,
      ];
      const run = await runSpark('evaluate', args);
      expect(run.code).toBe(2);
      expect(run.stderr).toMatch(/line 5 of the manifest, knee\/damaged\.jpg: unsupported-format/);
    },
    runMsMax,
  );

  test(
    'MLlib and our own fit give the same head, and the candidate is a bundle that answers with it',
    async () => {
      const { args } = onCluster('refit', cluster);
      const candidates = join(folder, 'candidates');
      const l2 = 0.1;
      const settings = ['--penalties', String(l2), '--coverage', '0.8', '--candidates', candidates];
      const answer = answerOf(
        await runSpark('refit', [
          ...args,
          ...settings,
          '--date',
          '2026-01-01',
          '--release',
          release,
        ]),
      ) as { readonly bundle: string };
      const incumbent = await bundleNamed(model);
      const { manifest: made, modelBytes } = await loadDraft(answer.bundle);
      expect(made.name).toBe(incumbent.manifest.name);
      expect(compareVersions(made.version, incumbent.manifest.version)).toBeGreaterThan(0);
      expect(made.provenance['incumbentSha256']).toBe(incumbent.manifest.model.sha256);

      const rows = rowsOfSplit(await readManifest(manifest, task), 'train');
      const samples = await featuresOf(incumbent, rows, root);
      const own = fitLogistic(samples, {
        l2,
        balanced: true,
        gradientNormMax: 1e-8,
        iterationsMax: 2_000,
      });
      const { initializers } = decodeModel(modelBytes);
      const theirs = {
        weights: Float64Array.from(initializers['head.weights']!.data as Float32Array),
        bias: Number(initializers['head.bias']!.data[0]),
      };
      const apart = logits(theirs, samples.features).map((logit, row) =>
        Math.abs(logit - logits(own, samples.features)[row]!),
      );
      console.info(
        `MLlib's head and L-BFGS's differ by at most ${Math.max(...apart).toExponential(1)} in a training logit`,
      );
      expect(Math.max(...apart)).toBeLessThan(1e-3);
    },
    runMsMax,
  );

  test(
    'a worker killed in mid-job with its executor loses nothing',
    async () => {
      const { events, output, args } = onCluster('killed', cluster);
      let killed = 0;
      const watch = setInterval(() => {
        if (committedTasks(output) < 1 || !cluster.isScoring(0)) return;
        clearInterval(watch);
        killed = cluster.killWorker(0);
      }, 50);
      const run = await runSpark('evaluate', [...args, '--release', release]);
      clearInterval(watch);
      // The worker and an executor; that of the run before may still be ending.
      expect(killed).toBeGreaterThanOrEqual(2);
      expect(furthest(answerOf(run), local)).toBeLessThanOrEqual(deltaMax);
      const { executorsRemoved, tasksLost } = eventsOf(events);
      expect(executorsRemoved).toBeGreaterThanOrEqual(1);
      expect(tasksLost).toBeGreaterThanOrEqual(1);
    },
    runMsMax,
  );
});
