// `evenkeel learn simulate`: active learning played through on a labelled set, for what asking gains over drawing by lot.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../fleet/errors.ts';
import { registryRoot } from '../models/bundle/registry.ts';
import { learningPage } from '../models/learn/learning-page.ts';
import type { LearningRun } from '../models/learn/learning-report.ts';
import { wholeNumber } from './whole-number.ts';

interface SimulateOptions {
  readonly manifest: string;
  readonly root: string;
  readonly model: string;
  readonly registry: string;
  readonly cache: string;
  readonly seeds: string;
  readonly startPatients: string;
  readonly round: string;
  readonly films: string;
  readonly penalties: string;
  readonly date: string;
  readonly out: string;
}

const tell = (line: string) => console.error(line);

export function addLearnSimulate(learn: Command): void {
  learn
    .command('simulate')
    .description(
      'AUROC over labelled films when asking by lot, by uncertainty, and by difference too',
    )
    .requiredOption('--manifest <file>', 'CSV with file, task, label, patient_id, split')
    .requiredOption('--root <dir>', "folder that the manifest's paths are relative to")
    .requiredOption('--model <name>', 'whose features are learned on: a name, or a bundle folder')
    .option('--registry <dir>', 'where the model is looked up by name', registryRoot)
    .option('--cache <dir>', 'where features are kept', '.evenkeel/features')
    .option('--seeds <n>', 'seeds 1 to n, each with another start', '5')
    .option('--start-patients <n>', 'patients that are labelled at the start', '100')
    .option('--round <n>', 'films asked about in a round', '100')
    .option('--films <n>', 'labelled films at the end, at most', '1500')
    .option('--penalties <list>', 'L2 penalties to choose from in each round', '0.1,0.3,1')
    .option('--date <yyyy-mm-dd>', 'for the record', new Date().toISOString().slice(0, 10))
    .option('--out <dir>', 'folder for <model>.md, .json and .svg', 'docs/models/learning')
    .action(async (options: SimulateOptions) => {
      const result = await simulate(options);
      const file = (ending: string) => path.join(options.out, `${result.model.name}.${ending}`);
      await mkdir(options.out, { recursive: true });
      await writeFile(file('md'), learningPage(result));
      await writeFile(file('json'), `${JSON.stringify(result, null, 1)}\n`);
      // Vega is there for development only, as all figures are.
      const { learningFigure } = await import('../figures/learning/learning-figure.ts');
      const { renderFigure } = await import('../figures/render-figure.ts');
      await writeFile(file('svg'), await renderFigure(learningFigure(result.curves)));
      console.log(result.says);
      console.log(file('md'));
    });
}

async function simulate(options: SimulateOptions) {
  const { seedsMax, learningReport } = await import('../models/learn/learning-report.ts');
  const seeds = within('--seeds', options.seeds, [2, seedsMax]);
  const settings = {
    patientsAtStart: within('--start-patients', options.startPatients, [10, 10_000]),
    filmsPerRound: within('--round', options.round, [1, 1_000]),
    filmsMax: within('--films', options.films, [20, 100_000]),
    penalties: numbers(options.penalties),
  };
  const { sets, model } = await learningSets(options);
  const { simulateLearning, strategies } = await import('../models/learn/simulate-learning.ts');
  const runs: LearningRun[] = [];
  for (let seed = 1; seed <= seeds; seed++)
    for (const strategy of strategies) {
      const rounds = [...simulateLearning(sets, { ...settings, seed, strategy })];
      runs.push({ strategy, seed, rounds });
      const last = rounds.at(-1);
      tell(`seed ${seed}, ${strategy}: AUROC ${last?.auroc.toFixed(4)} with ${last?.films} films`);
    }
  const { says, comparisons, curves } = learningReport(runs);
  return {
    says,
    command: `evenkeel learn simulate --model ${model.name} --seeds ${seeds} --start-patients ${settings.patientsAtStart} --round ${settings.filmsPerRound} --films ${settings.filmsMax} --penalties ${settings.penalties.join(',')} --manifest FILE --root DIR`,
    date: options.date,
    model,
    manifestSha256: createHash('sha256')
      .update(await readFile(options.manifest))
      .digest('hex'),
    rows: {
      pool: sets.pool.labels.length,
      validation: sets.validation.labels.length,
      test: sets.test.labels.length,
    },
    seeds,
    comparisons,
    curves,
    runs,
  };
}

async function learningSets({ manifest, root, model, registry, cache }: SimulateOptions) {
  const { namedBundle } = await import('../models/bundle/named-bundle.ts');
  const { readTrustedKeys } = await import('../models/bundle/trusted-keys.ts');
  const { readManifest } = await import('../models/data/manifest.ts');
  const { resolveEngine } = await import('../models/engine/resolve-engine.ts');
  const { loadBackbone } = await import('../models/backbone/backbone.ts');
  const { isFrozen } = await import('../models/learn/is-frozen.ts');
  const { decodeModel } = await import('../models/onnx/file.ts');
  const { bundleFeatures } = await import('../models/learn/bundle-features.ts');
  const { featuresOfSplit } = await import('../models/learn/feature-rows.ts');
  const { progressLines } = await import('../models/train/progress.ts');
  const bundle = await namedBundle(model, { keys: await readTrustedKeys(), registry });
  const { name, version, task, model: file } = bundle.manifest;
  const rows = await readManifest(manifest, task);
  const onFilm = progressLines(`features of ${name} ${version}`, rows.length, { onProgress: tell });
  const engine = await resolveEngine('onnx');
  const table = await bundleFeatures({ bundle, engine, rows, root, cacheDir: cache, onFilm });
  return {
    model: {
      name,
      version,
      sha256: file.sha256,
      frozenBackbone: isFrozen(decodeModel(bundle.modelBytes), (await loadBackbone()).model),
    },
    sets: {
      pool: featuresOfSplit(table, rows, 'train'),
      validation: featuresOfSplit(table, rows, 'val'),
      test: featuresOfSplit(table, rows, 'test'),
    },
  };
}

function within(option: string, text: string, [min, max]: readonly [number, number]): number {
  const value = wholeNumber(option, text);
  if (value >= min && value <= max) return value;
  throw new InputError('out-of-range', {
    found: `${option} ${text}`,
    why: `It must be from ${min} to ${max}`,
    remedy: `Give for example ${option} ${min}`,
  });
}

function numbers(list: string): readonly number[] {
  const values = list.split(',').map(Number);
  if (values.every((value) => Number.isFinite(value) && value > 0)) return values;
  throw new InputError('penalties', {
    found: `--penalties ${list}`,
    why: 'Positive numbers, separated by commas, are expected',
    remedy: 'Give for example --penalties 0.1,1',
  });
}
