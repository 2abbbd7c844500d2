// `evenkeel evaluate`: reads every row of a manifest with a bundle, as serving would, and measures the answers.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { EvaluationReport, HeatMapCheck, Skew } from '../../fleet/card.ts';
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
import { answeredReport, logitsOf } from './answered-report.ts';
import { borderControl } from './border-control.ts';
import { bootstrapSeed } from './evaluation.ts';
import { checkHeatMap, drawnFilms, inputWithMap } from './heat-map.ts';
import { readRows } from './read-rows.ts';
import type { Samples } from './samples.ts';
import { selectSamples } from './samples.ts';
import { servingSkew } from './serving-skew.ts';

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
  /** Films to check the heat map on, and all rows without their border; 0 or absent: not checked. */
  readonly heatMaps?: number;
  readonly engine: Engine;
  readonly registry?: string;
  /** The file of the keys whose signatures count; those of the checkout when left out. */
  readonly trustedKeysFile?: string;
  /** Called before the first row; a bundle without a signer is a draft. */
  readonly onBundle?: (bundle: Bundle) => void;
  /** Called after each row with the number of rows done and of all rows. */
  readonly onRow?: (done: number, total: number) => void;
  /** Likewise, of the films that the heat map is checked on. */
  readonly onFilm?: (done: number, total: number) => void;
}

/** Rows of other tasks are ignored. Throws `InputError` for everything wrong with model, manifest or files. */
export async function evaluateModel(request: EvaluateRequest): Promise<EvaluationReport> {
  const keys = await readTrustedKeys(request.trustedKeysFile);
  const { model, registry = registryRoot } = request;
  const bundle = await namedBundle(model, { keys, registry });
  const { manifest } = bundle;
  request.onBundle?.(bundle);
  // Refused now rather than after all rows.
  if (request.heatMaps) inputWithMap(manifest);
  const text = await readTable(request.manifest, 'manifest');
  const samples = selectSamples(manifest, text, request);
  const reader = await openReader(bundle, request.engine);
  try {
    const answers = await readRows(reader, samples, request.onRow);
    const read = { ...samples, whole: logitsOf(answers.answers) };
    const { copies: folder } = request;
    const { input } = manifest;
    return {
      ...answeredReport(manifest, samples, answers),
      ...(input.kind === 'image' &&
        folder !== undefined && { skew: await skewOf(reader, read, { folder, input }) }),
      ...(request.heatMaps && { heatMap: await heatMapOf(reader, read, request) }),
    };
  } finally {
    await reader.close();
  }
}

interface ReadSamples extends Samples {
  readonly whole: Float64Array;
}

async function heatMapOf(
  reader: Reader,
  samples: ReadSamples,
  { root, heatMaps: count = 0, onFilm }: EvaluateRequest,
): Promise<HeatMapCheck> {
  const seed = bootstrapSeed;
  const input = inputWithMap(reader.manifest);
  const border = await borderControl(reader, { ...samples, input }, { seed });
  const films = drawnFilms(samples, { count, seed }).map(
    (row) => async () => decodeGrey(await readFile(path.join(root, samples.files[row] ?? ''))),
  );
  let done = 0;
  const check = await checkHeatMap(reader, films, {
    seed,
    onFilm: () => onFilm?.(++done, films.length),
  });
  return { ...check, border };
}

/** The same pictures in another folder. */
async function skewOf(
  reader: Reader,
  { files, whole, ...rows }: ReadSamples,
  { folder, input }: { readonly folder: string; readonly input: ImageInput },
): Promise<Skew> {
  const copies = new Float64Array(files.length);
  for (const [row, file] of files.entries()) {
    const bytes = await readCopy(path.join(folder, path.basename(file)));
    const { logit } = await reader.infer(preprocess(await decodeGrey(bytes), input), 1);
    copies[row] = logit[0] ?? Number.NaN;
  }
  return servingSkew(
    reader.manifest,
    { ...rows, originals: whole, copies },
    { seed: bootstrapSeed },
  );
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
