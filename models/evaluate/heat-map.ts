// Whether the heat map shows what the score came from: deletion and insertion curves against those of a random order.
import type { CellOrders, HeatMapCheck } from '../../fleet/card.ts';
import { InputError } from '../../fleet/errors.ts';
import type { BundleManifest, ImageInput } from '../bundle/manifest.ts';
import { samplesMax } from '../engine/loaded-model.ts';
import type { GreyImage } from '../imaging/grey-image.ts';
import { preprocess } from '../imaging/preprocess.ts';
import { squash } from '../imaging/resize.ts';
import type { Reader } from '../reader.ts';
import { calibrated } from './calibrate.ts';
import type { Samples } from './samples.ts';
import { seededRandom, shuffled } from './seeded-random.ts';
import { wilsonInterval } from './wilson.ts';

type Model = Pick<Reader, 'manifest' | 'infer'>;
/** Read when it is needed: a test set does not fit into memory decoded. */
export type Film = () => Promise<GreyImage>;

/** What `checkHeatMap` needs; `InputError` 'no-heat-map' where the bundle lacks it. */
export function inputWithMap({ name, version, input, outputs }: BundleManifest): ImageInput {
  if (input.kind === 'image' && outputs.cam !== undefined) return input;
  throw new InputError('no-heat-map', {
    found: `${name} ${version} draws no heat map`,
    why: input.kind === 'table' ? 'It reads rows of a table' : 'Its bundle names no output "cam"',
    remedy: 'Leave --heat-maps out, or evaluate a model that draws one',
  });
}

/** Films with the finding in the order in which the seed draws them; one a patient, so that each counts as one. */
export function drawnFilms(
  { labels, patients }: Pick<Samples, 'labels' | 'patients'>,
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly number[] {
  const seen = new Set<string | undefined>();
  const drawn = Array.from(shuffled(labels.length, seededRandom(seed))).filter((row) => {
    if (labels[row] !== 1 || seen.has(patients[row])) return false;
    seen.add(patients[row]);
    return true;
  });
  return drawn.slice(0, count);
}

interface Cells {
  /** Cells in the order in which they go, row by row numbers. */
  readonly order: readonly number[];
  readonly across: number;
}

/** Calibrated probabilities from none of the cells to all of them, at `shares`. */
interface Curves {
  readonly shares: readonly number[];
  /** Falls early when what is taken away first is what the score came from. */
  readonly deletion: readonly number[];
  /** Rises early when what is put in first is what the score came from. */
  readonly insertion: readonly number[];
}

/**
 * Deletion and insertion of Petsiuk, Das and Saenko 2018 (RISE, arXiv:1806.07421), by cells of the map, on films with the
 * finding. Taken away means blurred to one grey a cell: a black cell would be a finding of its own.
 */
export async function checkHeatMap(
  model: Model,
  films: readonly Film[],
  { seed, onFilm = () => undefined }: { readonly seed: number; readonly onFilm?: () => void },
): Promise<Omit<HeatMapCheck, 'border'>> {
  if (films.length === 0) throw new Error('no film to check the heat map on');
  const random = seededRandom(seed);
  const pairs: Pair[] = [];
  for (const film of films) {
    const image = await film();
    const { order, across } = await cellsOf(model, image);
    const byLot = { order: Array.from(shuffled(order.length, random)), across };
    pairs.push({
      map: await cellCurves(model, image, { order, across }),
      random: await cellCurves(model, image, byLot),
    });
    onFilm();
  }
  return {
    films: films.length,
    seed,
    deletion: comparedOrders(pairs, 'deletion', (map, lot) => map < lot),
    insertion: comparedOrders(pairs, 'insertion', (map, lot) => map > lot),
  };
}

interface Pair {
  readonly map: Curves;
  readonly random: Curves;
}

function comparedOrders(
  pairs: readonly Pair[],
  way: 'deletion' | 'insertion',
  isBetter: (map: number, random: number) => boolean,
): CellOrders {
  const mean = (of: (pair: Pair) => number | undefined) =>
    pairs.reduce((sum, pair) => sum + (of(pair) ?? Number.NaN), 0) / pairs.length;
  const area = ({ shares, [way]: values }: Curves) => areaUnder(shares, values);
  const better = pairs.filter(({ map, random }) => isBetter(area(map), area(random)));
  return {
    map: mean(({ map }) => area(map)),
    random: mean(({ random }) => area(random)),
    better: wilsonInterval(better.length, pairs.length),
    curve: (pairs[0]?.map.shares ?? []).map((share, at) => ({
      share,
      map: mean(({ map }) => map[way][at]),
      random: mean(({ random }) => random[way][at]),
    })),
  };
}

/** The map's cells, those that speak most for the finding first. */
async function cellsOf(model: Model, image: GreyImage): Promise<Cells> {
  const input = inputWithMap(model.manifest);
  const { cam, camWidth } = await model.infer(preprocess(image, input), 1);
  if (cam === null) throw new Error(`${model.manifest.name} drew no heat map`);
  const order = Array.from(cam.keys()).sort((a, b) => (cam[b] ?? 0) - (cam[a] ?? 0));
  return { order, across: camWidth };
}

/** A tenth of the cells at a time: finer steps cost as many runs of the model, and the areas hardly change. */
const stepsMax = 10;

export async function cellCurves(
  model: Model,
  image: GreyImage,
  { order, across }: Cells,
): Promise<Curves> {
  const { width, height } = inputWithMap(model.manifest);
  const whole = squash(image, width, height);
  const down = order.length / across;
  const blurred = squash(squash(whole, across, down), width, height);
  const rank = new Int32Array(order.length);
  for (const [place, cell] of order.entries()) rank[cell] = place;
  const rankAt = Int32Array.from(whole.pixels, (_, at) => {
    const row = Math.floor((Math.floor(at / width) * down) / height);
    return rank[row * across + Math.floor(((at % width) * across) / width)] ?? 0;
  });
  /** The first `count` cells from one picture, the others from the other. */
  const mixed = (count: number, first: GreyImage, rest: GreyImage): GreyImage => ({
    width,
    height,
    pixels: whole.pixels.map((_, at) => ((rankAt[at] ?? 0) < count ? first : rest).pixels[at] ?? 0),
  });
  const steps = Math.min(stepsMax, order.length);
  const counts = Array.from({ length: steps + 1 }, (_, step) =>
    Math.round((step * order.length) / steps),
  );
  const inner = counts.slice(1, -1);
  const [all = Number.NaN, none = Number.NaN, ...some] = await probabilities(model, [
    whole,
    blurred,
    ...inner.map((count) => mixed(count, blurred, whole)),
    ...inner.map((count) => mixed(count, whole, blurred)),
  ]);
  return {
    shares: counts.map((count) => count / order.length),
    deletion: [all, ...some.slice(0, inner.length), none],
    insertion: [none, ...some.slice(inner.length), all],
  };
}

async function probabilities(model: Model, pictures: readonly GreyImage[]): Promise<number[]> {
  const input = inputWithMap(model.manifest);
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

/** By trapezoids. */
export const areaUnder = (at: readonly number[], values: readonly number[]): number =>
  values.slice(1).reduce((sum, value, i) => {
    const width = (at[i + 1] ?? Number.NaN) - (at[i] ?? Number.NaN);
    return sum + (width * (value + (values[i] ?? Number.NaN))) / 2;
  }, 0);
