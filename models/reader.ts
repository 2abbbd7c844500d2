// Reads radiographs with one bundle on one engine: decode, preprocess, infer, calibrate, and show where the model looked.
import { InputError } from '../fleet/errors.ts';
import type { Grade } from '../fleet/study.ts';
import type { Bundle } from './bundle/load-bundle.ts';
import type { BundleManifest, ImageInput } from './bundle/manifest.ts';
import type { Engine, EngineOutput, LoadedModel } from './engine/engine.ts';
import { isFamiliar, refuseUnknown } from './known/refuse-unknown.ts';
import { goldenLogit, selfTest } from './engine/self-test.ts';
import { calibrated } from './evaluate/calibrate.ts';
import { gradeFrom } from './evaluate/grades.ts';
import { decodeGrey } from './imaging/decode.ts';
import { encodeRgbaPng } from './imaging/encode.ts';
import type { GreyImage } from './imaging/grey-image.ts';
import { overlay } from './imaging/overlay.ts';
import type { EvidenceMap } from './imaging/overlay.ts';
import { preprocess } from './imaging/preprocess.ts';

export interface Reading {
  readonly logit: number;
  /** Calibrated, 0..1. */
  readonly probability: number;
  /** What the head weighs, for learning from the film; null when the bundle names no such output. */
  readonly features: Float32Array | null;
  /** 448 x 448, to be stretched over the film. */
  readonly heatmapPng: Uint8Array;
  /** False where few of the films that the model was made for look like this one: its score is not to be decided by. */
  readonly isFamiliar: boolean;
  /** Of a model that grades. */
  readonly grade?: Grade;
  /** Of a model with a gate: how far within its limits the film lies. */
  readonly gate?: { readonly margin: number; readonly distance: number };
}

export interface Reader {
  readonly manifest: BundleManifest;
  /** `InputError` of `decodeGrey`, 'blank-image', 'not-this-kind-of-film', or 'table-model' when the model reads no pictures. */
  read(image: Uint8Array): Promise<Reading>;
  /** n preprocessed samples, laid out as the manifest's input says. */
  infer(tensor: Float32Array, n: number): Promise<EngineOutput>;
  /** The logit of the golden input at `index`, from its picture on. */
  golden(index: number): Promise<number>;
  /** Waits for the run in progress. */
  close(): Promise<void>;
}

/** Answers the golden inputs first: rejects with `InputError` 'golden-mismatch' rather than open a reader that errs. */
export async function openReader(bundle: Bundle, engine: Engine): Promise<Reader> {
  const { manifest } = bundle;
  const model = await engine.load(bundle);
  try {
    await selfTest(bundle, model);
  } catch (error) {
    await model.close();
    throw error;
  }
  return {
    manifest,
    read: async (image) => readWith(model, manifest, image),
    infer: (tensor, n) => model.run(tensor, n),
    golden: (index) => goldenLogit(bundle, model, index),
    close: () => model.close(),
  };
}

async function readWith(
  model: LoadedModel,
  manifest: BundleManifest,
  image: Uint8Array,
): Promise<Reading> {
  const grey = await decodeGrey(image);
  refuseBlank(grey);
  const tensor = preprocess(grey, pictureInput(manifest));
  const output = await model.run(tensor, 1);
  refuseUnknown(manifest, output);
  const logit = output.logit[0];
  if (logit === undefined || !Number.isFinite(logit))
    throw new Error(`${manifest.name} ${manifest.version} gave logit ${logit}`);
  return {
    logit,
    probability: calibrated(manifest.calibration, logit),
    features: output.features,
    isFamiliar: isFamiliar(manifest, output, 0),
    heatmapPng: await encodeRgbaPng(overlay(evidenceOf(manifest, logit, output))),
    ...(manifest.grades && output.grades && { grade: gradeFrom(output.grades, manifest.grades) }),
    ...(output.gate && {
      gate: {
        margin: output.gate.margin[0] ?? Number.NaN,
        distance: output.gate.distance[0] ?? Number.NaN,
      },
    }),
  };
}

/** Below this a film shows no anatomy; the models themselves look at 224. */
const sideMin = 64;
/** Of 256 grey levels; the flattest real film spans far more. */
const contrastMin = 16;

/** A model answers whatever it is given, and a blank picture as surely as any: this much can be told without one. */
function refuseBlank({ width, height, pixels }: GreyImage): void {
  let darkest = 255;
  let brightest = 0;
  for (const pixel of pixels) {
    if (pixel < darkest) darkest = pixel;
    if (pixel > brightest) brightest = pixel;
  }
  const found =
    Math.min(width, height) < sideMin
      ? `The picture has ${width} x ${height} pixels`
      : `The picture spans ${brightest - darkest} of 256 grey levels`;
  if (Math.min(width, height) >= sideMin && brightest - darkest >= contrastMin) return;
  throw new InputError('blank-image', {
    found,
    why: `A radiograph has at least ${sideMin} pixels on each side and ${contrastMin} grey levels; a model would answer all the same`,
    remedy: 'Check that the export holds the picture, and send it again',
  });
}

function pictureInput({ input, name }: BundleManifest): ImageInput {
  if (input.kind === 'image') return input;
  throw new InputError('table-model', {
    found: `${name} was given a picture`,
    why: `It reads rows of ${input.columns.length} measurements`,
    remedy: 'Choose a model that reads radiographs',
  });
}

/**
 * The map adds up to the logit, mean(cam) + bias, so cam + bias at one place is the logit of a film that looked like that
 * place all over. What lies above the decision threshold, in calibrated log-odds, speaks for the finding. A film that is
 * called abnormal therefore always shows something.
 */
export function evidenceOf(
  { calibration, threshold }: Pick<BundleManifest, 'calibration' | 'threshold'>,
  logit: number,
  { cam, camWidth: width, camHeight: height }: Pick<EngineOutput, 'cam' | 'camWidth' | 'camHeight'>,
): EvidenceMap {
  if (cam === null) return { width: 1, height: 1, values: new Float32Array(1) };
  const bias = logit - cam.reduce((sum, value) => sum + value, 0) / cam.length;
  const { slope, intercept } = calibration;
  const needed = Math.log(threshold / (1 - threshold));
  return {
    width,
    height,
    values: cam.map((value) => slope * (value + bias) + intercept - needed),
  };
}
