// `evenkeel evaluate`: reads every row of a manifest with a bundle, as serving would, and measures the answers.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { EvaluationReport, Shortcuts, Skew } from '../../fleet/card.ts';
import { InputError } from '../../fleet/errors.ts';
import type { Bundle } from '../bundle/load-bundle.ts';
import type { ImageInput } from '../bundle/manifest.ts';
import { namedBundle } from '../bundle/named-bundle.ts';
import { registryRoot } from '../bundle/registry.ts';
import { readTrustedKeys } from '../bundle/trusted-keys.ts';
import { readTable } from '../data/manifest.ts';
import type { Engine } from '../engine/engine.ts';
import { decodeGrey } from '../imaging/decode.ts';
import { preprocess } from '../imaging/preprocess.ts';
import type { Reader } from '../reader.ts';
import { openReader } from '../reader.ts';
import { bootstrapSeed } from './evaluation.ts';
import { gradedRows } from './graded-rows.ts';
import { aurocFigure } from './group-figure.ts';
import type { RowAnswers } from './read-rows.ts';
import { readRows } from './read-rows.ts';
import { evaluationReport } from './report.ts';
import type { Samples } from './samples.ts';
import { selectSamples } from './samples.ts';
import { servingSkew } from './serving-skew.ts';
import { factShortcuts } from './picture-facts.ts';
import { answeredByStudy } from './studies.ts';
import { shuffleControl } from './shuffle-control.ts';

export interface EvaluateRequest {
  /** A name in the registry (what serves), or a folder with a manifest.json. */
  readonly model: string;
  /** A manifest CSV; for the table model also the table itself. */
  readonly manifest: string;
  /** What the manifest's paths are relative to. */
  readonly root: string;
  /** A value of the column `split`, or `official`; all rows of the model's task when left out. */
  readonly split?: string;
  /** Folder of the copies that the model was trained on, by the same file names: measures the train/serve skew. */
  readonly copies?: string;
  readonly engine: Engine;
  readonly registry?: string;
  /** The file of the keys whose signatures count; those of the checkout when left out. */
  readonly trustedKeysFile?: string;
  /** Called before the first row; a bundle without a signer is a draft. */
  readonly onBundle?: (bundle: Bundle) => void;
  /** Called after each row with the number of rows done and of all rows. */
  readonly onRow?: (done: number, total: number) => void;
}

const settings = { seed: bootstrapSeed };

/** Rows of other tasks are ignored. Throws `InputError` for everything wrong with model, manifest or files. */
export async function evaluateModel(request: EvaluateRequest): Promise<EvaluationReport> {
  const keys = await readTrustedKeys(request.trustedKeysFile);
  const { model, registry = registryRoot } = request;
  const bundle = await namedBundle(model, { keys, registry });
  const { manifest } = bundle;
  request.onBundle?.(bundle);
  const text = await readTable(request.manifest, 'manifest');
  const samples = selectSamples(manifest, text, request);
  const reader = await openReader(bundle, request.engine);
  try {
    const answers = await readRows(reader, samples, request.onRow);
    const grades =
      manifest.grades && gradedRows(manifest.grades, answers.grades, samples.sublabels);
    const views = { ...samples, logits: answers.logits };
    const hasStudies = samples.studies.some((study) => study !== '');
    const report = {
      ...evaluationReport(
        manifest,
        hasStudies
          ? answeredByStudy(views, manifest.calibration)
          : { ...views, ...(grades && { grades }) },
      ),
      ...(hasStudies && { views: samples.labels.length }),
      ...(manifest.gate && { refused: answers.refused }),
    };
    if (manifest.input.kind === 'table') return report;
    const shortcuts = shortcutsOf(samples, answers);
    if (request.copies === undefined) return { ...report, shortcuts };
    const copies = await copyLogits(reader, { ...samples, input: manifest.input }, request.copies);
    const rows = { ...samples, originals: answers.logits, copies };
    const skew: Skew = servingSkew(manifest, rows, settings);
    return { ...report, shortcuts, skew };
  } finally {
    await reader.close();
  }
}

function shortcutsOf(samples: Samples, { facts, borderLogits, features }: RowAnswers): Shortcuts {
  const { labels, patients } = samples;
  const { baselines, notes } = factShortcuts(facts, samples, settings);
  const border = { probabilities: borderLogits, labels, patients };
  return {
    baselines: [
      ...baselines,
      {
        title: 'The model itself, shown the outer 10 % of each edge and grey within',
        auroc: aurocFigure(border, settings),
      },
      ...(features === null ? [] : shuffleControl({ ...features, labels, patients }, settings)),
    ],
    notes,
  };
}

/** The logits of the same pictures in another folder. */
async function copyLogits(
  reader: Reader,
  { files, input }: Samples & { readonly input: ImageInput },
  folder: string,
): Promise<Float64Array> {
  const logits = new Float64Array(files.length);
  for (const [row, file] of files.entries()) {
    const bytes = await readCopy(path.join(folder, path.basename(file)));
    const { logit } = await reader.infer(preprocess(await decodeGrey(bytes), input), 1);
    logits[row] = logit[0] ?? Number.NaN;
  }
  return logits;
}

async function readCopy(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new InputError(
      'copy-missing',
      {
        found: `There is no readable copy ${file}`,
        why: 'The skew is measured on the same films in both folders, matched by file name',
        remedy: 'Give with --copies the folder of the pictures that the model was trained on',
      },
      { cause },
    );
  }
}
