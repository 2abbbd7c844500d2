// Whether the heat map shows what the score came from: deletion and insertion curves, and the score without the border.
import { samplesMax } from '../engine/loaded-model.ts';
import type { GreyImage } from '../imaging/grey-image.ts';
import { preprocess } from '../imaging/preprocess.ts';
import { squash } from '../imaging/resize.ts';
import type { Reader } from '../reader.ts';
import { calibrated } from './calibrate.ts';
import { auroc } from './metrics.ts';
import { seededRandom, shuffled } from './seeded-random.ts';
import { wilsonInterval } from './wilson.ts';
import type { Estimate } from '../../fleet/card.ts';

type Model = Pick<Reader, 'manifest' | 'infer'>;
/** Read when it is needed: a test set does not fit into memory decoded. */
export type Film = () => Promise<GreyImage>;

/** Areas under the calibrated probability, from the whole film to none of it and back (0 to 1 each). */
export interface CurveAreas {
  /** Small when what is taken away first is what the score came from. */
  readonly deletion: number;
  /** Large when what is put in first is what the score came from. */
  readonly insertion: number;
}

export interface HeatMapCheck {
  readonly films: number;
  readonly seed: number;
  /** Means over the films: cells in the order of the map, and in random order. */
  readonly map: CurveAreas;
  readonly random: CurveAreas;
  /** Share of films on which the map's order beats the random one. */
  readonly deletionBetter: Estimate;
  readonly insertionBetter: Estimate;
}

/**
 * Deletion and insertion of Petsiuk, Das and Saenko 2018 (RISE, arXiv:1806.07421), by cells of the map, on films with the
 * finding. Taken away means blurred to one grey a cell: a black cell would be a finding of its own.
 */
export async function checkHeatMap(
  model: Model,
  films: readonly Film[],
  { seed, onFilm = () => undefined }: { readonly seed: number; readonly onFilm?: () => void },
): Promise<HeatMapCheck> {
  if (films.length === 0) throw new Error('no film to check the heat map on');
  const random = seededRandom(seed);
  const pairs: { readonly map: CurveAreas; readonly lot: CurveAreas }[] = [];
  for (const film of films) {
    const image = await film();
    const { order, across } = await cellsOf(model, image);
    const map = await curveAreas(model, image, { order, across });
    const byLot = { order: Array.from(shuffled(order.length, random)), across };
    pairs.push({ map, lot: await curveAreas(model, image, byLot) });
    onFilm();
  }
  const mean = (of: (pair: (typeof pairs)[number]) => number) =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const share = (better: (pair: (typeof pairs)[number]) => boolean) =>
    wilsonInterval(pairs.filter(better).length, pairs.length);
  return {
    films: films.length,
    seed,
    map: { deletion: mean(({ map }) => map.deletion), insertion: mean(({ map }) => map.insertion) },
    random: {
      deletion: mean(({ lot }) => lot.deletion),
      insertion: mean(({ lot }) => lot.insertion),
    },
    deletionBetter: share(({ map, lot }) => map.deletion < lot.deletion),
    insertionBetter: share(({ map, lot }) => map.insertion > lot.insertion),
  };
}

interface Cells {
  /** Cells in the order in which they go, row by row numbers. */
  readonly order: readonly number[];
  readonly across: number;
}

/** The map's cells, those that speak most for the finding first. */
async function cellsOf(model: Model, image: GreyImage): Promise<Cells> {
  const { cam, camWidth } = await model.infer(preprocess(image, inputOf(model)), 1);
  if (cam === null) throw new Error(`${model.manifest.name} draws no heat map`);
  const order = Array.from(cam.keys()).sort((a, b) => (cam[b] ?? 0) - (cam[a] ?? 0));
  return { order, across: camWidth };
}

export async function curveAreas(
  model: Model,
  image: GreyImage,
  { order, across }: Cells,
): Promise<CurveAreas> {
  const { width, height } = inputOf(model);
  const film = squash(image, width, height);
  const down = order.length / across;
  const blurred = squash(squash(film, across, down), width, height);
  const rank = new Int32Array(order.length);
  for (const [place, cell] of order.entries()) rank[cell] = place;
  const cellAt = (at: number) =>
    Math.floor((Math.floor(at / width) * down) / height) * across +
    Math.floor(((at % width) * across) / width);
  /** The first `count` cells from one picture, the others from the other. */
  const mixed = (count: number, first: GreyImage, rest: GreyImage): GreyImage => ({
    width,
    height,
    pixels: film.pixels.map((_, at) => {
      const source = (rank[cellAt(at)] ?? 0) < count ? first : rest;
      return source.pixels[at] ?? 0;
    }),
  });
  const steps = Array.from({ length: order.length + 1 }, (_, count) => count);
  const deleted = await probabilities(
    model,
    steps.map((count) => mixed(count, blurred, film)),
  );
  const inserted = await probabilities(
    model,
    steps.map((count) => mixed(count, film, blurred)),
  );
  return { deletion: areaUnder(deleted), insertion: areaUnder(inserted) };
}

async function probabilities(model: Model, pictures: readonly GreyImage[]): Promise<number[]> {
  const input = inputOf(model);
  const found: number[] = [];
  for (let from = 0; from < pictures.length; from += samplesMax) {
    const some = pictures.slice(from, from + samplesMax);
    const tensor = new Float32Array(some.length * input.channels * input.width * input.height);
    for (const [i, picture] of some.entries())
      tensor.set(preprocess(picture, input), (i * tensor.length) / some.length);
    const { logit } = await model.infer(tensor, some.length);
    for (const one of logit) found.push(calibrated(model.manifest.calibration, one));
  }
  return found;
}

/** By trapezoids, over a width of 1. */
function areaUnder(values: readonly number[]): number {
  const inner = values.reduce((sum, value) => sum + value, 0);
  return (inner - ((values[0] ?? 0) + (values.at(-1) ?? 0)) / 2) / (values.length - 1);
}

/** The film with `share` of each side black: markers, collimation and the patient's outline mostly lie there. */
export function withoutBorder({ width, height, pixels }: GreyImage, share: number): GreyImage {
  const [across, down] = [Math.round(share * width), Math.round(share * height)];
  const inside = (at: number) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return x >= across && x < width - across && y >= down && y < height - down;
  };
  return { width, height, pixels: pixels.map((grey, at) => (inside(at) ? grey : 0)) };
}

export interface BorderCheck {
  readonly films: number;
  /** Share of each side that is blacked out. */
  readonly share: number;
  readonly auroc: number;
  readonly aurocWithoutBorder: number;
}

const borderShare = 0.1;

/** A model that reads the border instead of the body loses most of its discrimination here. */
export async function checkBorder(
  model: Model,
  films: readonly { readonly film: Film; readonly label: 0 | 1 }[],
  onFilm: () => void = () => undefined,
): Promise<BorderCheck> {
  const [whole, masked] = [new Float64Array(films.length), new Float64Array(films.length)];
  for (const [i, { film }] of films.entries()) {
    const image = await film();
    const [plain = 0, black = 0] = await probabilities(model, [
      image,
      withoutBorder(image, borderShare),
    ]);
    whole[i] = plain;
    masked[i] = black;
    onFilm();
  }
  const labels = Uint8Array.from(films, ({ label }) => label);
  return {
    films: films.length,
    share: borderShare,
    auroc: auroc(whole, labels),
    aurocWithoutBorder: auroc(masked, labels),
  };
}

function inputOf({ manifest }: Model) {
  if (manifest.input.kind === 'image') return manifest.input;
  throw new Error(`${manifest.name} reads no pictures`);
}
