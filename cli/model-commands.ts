// The verbs for models: train, evaluate, data get, phantom. Answers go to stdout, progress to stderr.
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { EvaluationReport } from '../fleet/card.ts';
import { InputError } from '../fleet/errors.ts';
import { registryRoot } from '../models/bundle/registry.ts';
import { trustedKeysFile } from '../models/bundle/trusted-keys.ts';
import type { DataSetName } from '../models/data/deposits.ts';
import { dataSets } from '../models/data/deposits.ts';
import type { EngineId } from '../models/engine/engine.ts';
import { engineIds } from '../models/engine/engine.ts';
import { reportText, table } from './evaluation-text.ts';
import { phantomFormats, phantomKinds } from './phantom-file.ts';

// Each verb loads what computes when it is called: the other verbs would wait a second for it.

/** Beside the checkout, as the documentation lays it out. */
const dataDirDefault = fileURLToPath(new URL('../../shared/data', import.meta.url));

const workDirDefault = fileURLToPath(new URL('../.evenkeel/training', import.meta.url));

export function addModelCommands(program: Command): void {
  addTrain(program);
  addEvaluate(program);
  addData(program);
  addPhantom(program);
}

interface TrainOptions {
  readonly data?: string;
  readonly out: string;
  readonly seed: string;
  readonly date: string;
  readonly modelVersion: string;
  readonly replace?: true;
  readonly work: string;
  readonly continueFrom?: string;
  readonly json?: true;
}

function addTrain(program: Command): void {
  program
    .command('train')
    .argument('<recipe>', 'chest-pneumonia, for example; a wrong name lists them all')
    .description('train a model from its recipe and write its bundle and card')
    .option('--data <dir>', 'folder with manifest.csv and the images (default: ../shared/data)')
    .option('--out <dir>', 'registry to write <name>/<version> into', registryRoot)
    .option('--seed <n>', 'seed of everything that is drawn', '1')
    .option('--date <yyyy-mm-dd>', 'date for the card', new Date().toISOString().slice(0, 10))
    .option('--model-version <version>', 'semantic version of the bundle', '1.0.0')
    .option('--replace', 'replace a bundle of the same version')
    .option(
      '--work <dir>',
      'where a training keeps its state, to go on from when killed',
      workDirDefault,
    )
    .option(
      '--continue-from <version>',
      'begin with the weights of a published version (or of the bundle in a folder) instead of the backbone',
    )
    .option('--json', 'print the card as one JSON object')
    .action(async (recipe: string, options: TrainOptions) => {
      const train = await recipeOf(recipe);
      const { bundle, card } = await train({
        dataDir: await dataDir(options.data),
        registry: path.resolve(options.out),
        version: options.modelVersion,
        seed: wholeNumber('--seed', options.seed),
        date: options.date,
        replace: options.replace === true,
        workDir: path.resolve(options.work),
        ...(options.continueFrom !== undefined && { continueFrom: options.continueFrom }),
        onProgress: tell,
      });
      if (options.json === true) {
        print(JSON.stringify(card));
        return;
      }
      for (const { title, evaluation } of card.results) print(`${title}\n${table(evaluation)}\n`);
      print(bundle.dir);
    });
}

interface EvaluateOptions {
  readonly manifest: string;
  readonly root: string;
  readonly split?: string;
  readonly engine?: string;
  readonly registry: string;
  readonly trustedKeys: string;
  readonly copies?: string;
  readonly heatMaps: string;
  readonly report?: string;
  readonly json?: true;
}

function addEvaluate(program: Command): void {
  program
    .command('evaluate')
    .argument('<model>', 'name of what serves, or the folder of a bundle, which may be a draft')
    .description('measure a model on labelled rows: AUROC, rates with 95 % intervals, calibration')
    .requiredOption(
      '--manifest <file>',
      'CSV with the columns file, task, label, patient_id (split, original_split)',
    )
    .requiredOption('--root <dir>', "folder that the manifest's paths are relative to")
    .option('--split <name>', "train | val | test, or official for the authors' own test set")
    .option('--engine <id>', engineIds.join(' | '))
    .option('--registry <dir>', 'where models are looked up by name', registryRoot)
    .option('--trusted-keys <file>', 'the keys whose signatures count', trustedKeysFile)
    .option(
      '--copies <dir>',
      'the same films, by file name, as the model was trained on: train/serve skew',
    )
    .option(
      '--heat-maps <n>',
      'check the heat map on n films with the finding, and read all rows without their border',
      '0',
    )
    .option('--report <dir>', 'also write report.json and its figures as SVG into this folder')
    .option('--json', 'print one JSON object and nothing else')
    .action(async (model: string, options: EvaluateOptions) => {
      const { split, engine, registry, copies } = options;
      const preferred: EngineId | undefined =
        engine === undefined ? undefined : oneOf('engine', engine, engineIds);
      const heatMaps = wholeNumber('--heat-maps', options.heatMaps);
      const { resolveEngine } = await import('../models/engine/resolve-engine.ts');
      const { evaluateModel } = await import('../models/evaluate/evaluate-model.ts');
      const { progressLines } = await import('../models/train/progress.ts');
      const counted = (what: string) => {
        let step: (() => void) | undefined;
        return (_: number, total: number) => {
          step ??= progressLines(what, total, { onProgress: tell });
          step();
        };
      };
      const result = await evaluateModel({
        model,
        manifest: options.manifest,
        root: options.root,
        registry,
        trustedKeysFile: options.trustedKeys,
        onBundle: ({ signer, dir }) => {
          if (signer === null) tell(`${dir} is a draft: nobody has signed it`);
        },
        engine: await resolveEngine(preferred),
        ...(split === undefined ? {} : { split }),
        ...(copies === undefined ? {} : { copies }),
        heatMaps,
        onRow: counted(`reading with ${model}`),
        onFilm: counted('checking the heat map'),
      });
      if (options.report !== undefined) await writeReport(options.report, result);
      print(options.json === true ? JSON.stringify(result) : reportText(result));
    });
}

function addData(program: Command): void {
  const data = program.command('data').description('image sets');
  data
    .command('index')
    .argument('<layout>', 'mura')
    .description('write the manifest of a set that is on this machine, from the names of its files')
    .requiredOption('--root <dir>', 'the folder of the set, such as MURA-v1.1')
    .action(async (layout: string, { root }: { readonly root: string }) => {
      oneOf('layout', layout, ['mura']);
      const { indexMura } = await import('../models/data/mura.ts');
      const { manifest, images, studies, patients } = await indexMura(path.resolve(root));
      tell(`${images} images of ${studies} studies of ${patients} patients`);
      print(manifest);
    });
  data
    .command('get')
    .argument('<set>', dataSets.join(' | '))
    .description('fetch an open set from its public deposit, check it, lay it out with a manifest')
    .requiredOption('--out <dir>', 'folder to write images and manifest.csv into')
    .option('--from <url>', 'another host with the same interface, e.g. a mirror')
    .action(async (set: string, options: { readonly out: string; readonly from?: string }) => {
      const chosen: DataSetName = oneOf('set', set, dataSets);
      const { from } = options;
      const { getData } = await import('../models/data/get.ts');
      const got = await getData({
        set: chosen,
        out: path.resolve(options.out),
        onProgress: tell,
        ...(from === undefined ? {} : { baseUrl: url(from) }),
      });
      if (got.checkedAgainst === 'listing')
        tell(
          'No hash of this archive was known before: it was checked against the deposit\u2019s own listing, and is remembered in the lock file for the next time.',
        );
      print(got.manifest);
    });
}

interface PhantomOptions {
  readonly seed: string;
  readonly format: string;
  readonly out: string;
  readonly finding?: true;
}

function addPhantom(program: Command): void {
  program
    .command('phantom')
    .argument('<kind>', phantomKinds.join(' | '))
    .description('draw a phantom radiograph: no patient, marked as PHANTOM')
    .option('--seed <n>', 'another seed, another phantom', '1')
    .option('--format <format>', phantomFormats.join(' | '), 'png')
    .option('--finding', 'draw it with the finding that the model looks for')
    .requiredOption('--out <file>', 'file to write')
    .action(async (kind: string, options: PhantomOptions) => {
      const { drawPhantomFile } = await import('./draw-phantom-file.ts');
      const bytes = await drawPhantomFile({
        kind: oneOf('kind', kind, phantomKinds),
        format: oneOf('format', options.format, phantomFormats),
        seed: wholeNumber('--seed', options.seed),
        finding: options.finding === true,
      });
      await writeOut(options.out, bytes);
      print(options.out);
    });
}

const print = (line: string) => console.log(line);
const tell = (line: string) => console.error(line);

/** Vega is no part of a runtime installation: only those who ask for figures load it. */
async function writeReport(dir: string, report: EvaluationReport): Promise<void> {
  const { evaluationFigures } = await import('../figures/evaluation/evaluation-figures.ts');
  const files = [
    ['report.json', `${JSON.stringify(report, null, 2)}\n`] as const,
    ...(await evaluationFigures(report)),
  ];
  await makeFolder(dir);
  for (const [file, text] of files)
    await writeOut(path.join(dir, file), new TextEncoder().encode(text));
  tell(`${files.length} files in ${dir}`);
}

async function recipeOf(name: string) {
  const { recipes } = await import('../models/train/recipes.ts');
  const recipe = recipes.get(name);
  return recipe ?? unknown('recipe', name, [...recipes.keys()]);
}

async function dataDir(given: string | undefined): Promise<string> {
  const dir = path.resolve(given ?? dataDirDefault);
  const found = await stat(dir).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (found) return dir;
  throw new InputError('data-missing', {
    found: `There is no data folder ${dir}`,
    why: 'Training needs labelled rows, which are not part of this repository',
    remedy:
      'Fetch an open set with `evenkeel data get chest-pneumonia --out DIR` and pass --data DIR',
  });
}

const writeOut = (file: string, bytes: Uint8Array) =>
  orRefused(`${file} cannot be written`, () => writeFile(file, bytes));

const makeFolder = (dir: string) =>
  orRefused(`The folder ${dir} cannot be made`, () => mkdir(dir, { recursive: true }));

async function orRefused(found: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const why = cause instanceof Object && 'code' in cause ? String(cause.code) : String(cause);
    const remedy = 'Choose a file in a folder that exists and may be written to';
    throw new InputError('cannot-write', { found, why, remedy }, { cause });
  }
}

function oneOf<T extends string>(what: string, given: string, known: readonly T[]): T {
  const match = known.find((name) => name === given);
  return match ?? unknown(what, given, known);
}

function unknown(what: string, given: string, known: readonly string[]): never {
  throw new InputError(`unknown-${what}`, {
    found: `There is no ${what} "${given}"`,
    why: `Known are ${known.join(', ')}`,
    remedy: 'Use one of these',
  });
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,8}$/.test(text)) return Number(text);
  throw new InputError('not-a-number', {
    found: `${option} ${text}`,
    why: 'A whole number of at most eight digits is expected',
    remedy: `Give for example ${option} 1`,
  });
}

function url(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text.replace(/\/+$/, '');
  throw new InputError('not-a-url', {
    found: `--from ${text}`,
    why: 'The address of a host is expected',
    remedy: 'Give for example --from https://data.mendeley.com',
  });
}
