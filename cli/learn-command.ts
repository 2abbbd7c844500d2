// `evenkeel learn queue | refit`: which films to ask about, and a head from the answers; beside them export and simulate.
import path from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../fleet/errors.ts';
import { registryRoot } from '../models/bundle/registry.ts';
import type { RefitRecord } from '../models/learn/candidate-bundle.ts';
import type { LearningQueue } from '../services/learning/learning-queue.ts';
import { addLearnExport } from './learn-export.ts';
import { addLearnSimulate } from './learn-simulate.ts';
import { openStore, storeText, votesText } from './learning-store.ts';
import { table } from './table.ts';
import { wholeNumber } from './whole-number.ts';

// What computes is loaded when it is called: the other verbs would wait a second for it.

export function addLearnCommand(program: Command): void {
  const learn = program
    .command('learn')
    .description(
      'learn from films that were given for research and from what readers said of them',
    );
  addQueue(learn);
  addRefit(learn);
  addLearnExport(learn);
  addLearnSimulate(learn);
}

interface QueueOptions {
  readonly store: string;
  readonly model: string;
  readonly count: string;
  readonly votes: string;
  readonly json?: true;
}

function addQueue(learn: Command): void {
  learn
    .command('queue')
    .description('films to ask a reader about next: uncertain, and different from each other')
    .requiredOption('--store <place>', storeText)
    .requiredOption('--model <name>', 'the model that is to learn')
    .option('--count <n>', 'films to ask about', '20')
    .option('--votes <n>', votesText, '1')
    .option('--json', 'print one JSON object')
    .action(async (options: QueueOptions) => {
      const { learningQueue } = await import('../services/learning/learning-queue.ts');
      const { filmsReadMax } = await import('../services/learning/lake-films.ts');
      const queue = await learningQueue(await openStore(options.store), {
        model: options.model,
        count: wholeNumber('--count', options.count),
        votesMin: wholeNumber('--votes', options.votes),
        filmsMax: filmsReadMax,
      });
      console.log(options.json === true ? JSON.stringify(queue) : queueText(queue));
    });
}

function queueText({ model, ask, films }: LearningQueue): string {
  const { unasked, unresolved, labelled, unreadable } = films;
  const counts = `${model}: ${unasked} films unasked, ${unresolved} unresolved, ${labelled} labelled, ${unreadable} unreadable`;
  const rows = ask.map(({ film, probability, entropyBits, opinions }) => [
    film,
    probability.toFixed(3),
    entropyBits.toFixed(3),
    String(opinions),
  ]);
  if (rows.length === 0) return counts;
  return `${counts}\n${table([['film', 'probability', 'entropy (bits)', 'opinions'], ...rows])}`;
}

interface RefitOptions {
  readonly store: string;
  readonly model: string;
  readonly out: string;
  readonly registry: string;
  readonly trustedKeys?: string;
  readonly manifest?: string;
  readonly root?: string;
  readonly cache: string;
  readonly trainingRows: boolean;
  readonly votes: string;
  readonly coverage?: string;
  readonly seed: string;
  readonly date: string;
  readonly json?: true;
}

function addRefit(learn: Command): void {
  learn
    .command('refit')
    .description('fit a new head on the labelled films and write a draft bundle for the gate')
    .requiredOption('--store <place>', storeText)
    .requiredOption(
      '--model <name>',
      'the model that is to learn: a name, or the folder of a bundle',
    )
    .requiredOption('--out <registry>', 'registry to write <name>/<next version> into')
    .option('--registry <dir>', 'where the model is looked up by name', registryRoot)
    .option('--trusted-keys <file>', 'whose signatures count (default: those of the release)')
    .option(
      '--manifest <file>',
      'labelled set: its split "val" chooses, "train" is learned from too',
    )
    .option('--root <dir>', "folder that the manifest's paths are relative to")
    .option('--cache <dir>', 'where features of a labelled set are kept', '.evenkeel/features')
    .option('--no-training-rows', 'learn from the lake alone; the manifest only chooses')
    .option('--votes <n>', votesText, '1')
    .option('--coverage <share>', 'of films that the model decides by itself (default: as before)')
    .option('--seed <n>', 'of the films that are held out where there is no manifest', '1')
    .option('--date <yyyy-mm-dd>', 'for the record', new Date().toISOString().slice(0, 10))
    .option('--json', 'print the record as one JSON object')
    .action(async (options: RefitOptions) => {
      const { bundle, record } = await refit(options);
      console.log(options.json === true ? JSON.stringify(record) : refitText(record));
      if (options.json !== true) console.log(bundle.dir);
    });
}

function refitText({ lake, rows, l2, validation, gradesAbove }: RefitRecord): string {
  const head = `${lake.labelled} labelled films of ${lake.films} (${lake.unresolved} unresolved); ${rows.lake + rows.reference} rows learned from, ${rows.validation} chose: penalty ${l2}, log loss ${validation.logLoss.toFixed(4)}`;
  if (gradesAbove === undefined) return head;
  const questions = gradesAbove.map((grade) => `above ${grade}`).join(', ');
  const learned =
    questions === '' ? 'too few, the grades stay as they were' : `learned: ${questions}`;
  return `${head}\n${rows.graded} films of the lake with a grade; ${learned}`;
}

async function refit(options: RefitOptions) {
  const { model, manifest, root, votes, coverage, seed, date } = options;
  if ((manifest === undefined) !== (root === undefined))
    throw new InputError('half-a-set', {
      found: `Only --${manifest === undefined ? 'root' : 'manifest'} is given`,
      why: 'A labelled set is a table and the folder that its paths are relative to',
      remedy: 'Give both --manifest and --root, or neither',
    });
  const { namedBundle } = await import('../models/bundle/named-bundle.ts');
  const { readTrustedKeys } = await import('../models/bundle/trusted-keys.ts');
  const { resolveEngine } = await import('../models/engine/resolve-engine.ts');
  const { refitFromLake } = await import('../services/learning/refit.ts');
  const keys = await readTrustedKeys(options.trustedKeys);
  return refitFromLake({
    store: await openStore(options.store),
    incumbent: await namedBundle(model, { keys, registry: path.resolve(options.registry) }),
    engine: await resolveEngine('onnx'),
    reference:
      manifest === undefined || root === undefined
        ? null
        : { manifest, root, cacheDir: options.cache, trainingRows: options.trainingRows },
    votesMin: wholeNumber('--votes', votes),
    coverage: coverage === undefined ? null : Number(coverage),
    seed: wholeNumber('--seed', seed),
    date,
    command: commandOf(options),
    out: path.resolve(options.out),
  });
}

/** Paths are left out: they say nothing to anyone else. */
const commandOf = ({ model, manifest, trainingRows, votes, seed, date }: RefitOptions): string =>
  [
    `evenkeel learn refit --model ${path.basename(model)} --votes ${votes} --seed ${seed} --date ${date}`,
    ...(manifest === undefined ? [] : ['--manifest FILE --root DIR']),
    ...(trainingRows ? [] : ['--no-training-rows']),
  ].join(' ');
