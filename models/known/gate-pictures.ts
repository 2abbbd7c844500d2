// What a gate is fitted with: films of its own kind, plain and varied, and everything that it must refuse.
import type { ManifestRow } from '../data/manifest.ts';
import { atRow, readImage } from '../data/manifest.ts';
import { seededRandom, shuffled } from '../evaluate/seeded-random.ts';
import { decodeGrey } from '../imaging/decode.ts';
import type { GreyImage } from '../imaging/grey-image.ts';
import type { Augmentation } from '../train/augment.ts';
import { augment } from '../train/augment.ts';
import { altered, negative } from './alter.ts';
import { drawOther } from './draw-other.ts';
import { lotOf } from './shade.ts';

export interface GateSources {
  /** What the rows' paths are relative to. */
  readonly root: string;
  readonly train: readonly ManifestRow[];
  readonly validation: readonly ManifestRow[];
  /** Training films of other tasks: other parts of the body. May be empty, which leaves the drawn ones. */
  readonly others: readonly ManifestRow[];
  readonly augmentation: Augmentation;
  /** Whether inverted films are among the right ones; otherwise they are counter-examples. */
  readonly negativesOccur: boolean;
  readonly drawPhantom: (seed: number) => GreyImage;
  readonly drawOtherPhantoms: readonly ((seed: number) => GreyImage)[];
  readonly seed: number;
}

/** A picture that is drawn or read when it is asked for. */
export type Picture = () => Promise<GreyImage>;

export interface GatePictures {
  readonly films: readonly Picture[];
  readonly others: readonly Picture[];
  /** Films to set the limits with: as they are, and varied as another scanner or crop might. */
  readonly validation: readonly Picture[];
}

/** Few enough that all are drawn, read and computed within two minutes. */
const counts = {
  films: 1_000,
  altered: 1_000,
  otherParts: 500,
  drawn: 900,
  validation: 500,
  negatives: 100,
};
/** Drawing a phantom takes longer than reading it, so that few are drawn and each is varied. */
const phantoms = { drawn: 10, versions: 10 };
/** Far from the seeds of golden inputs, tests and drills, which begin at 0. */
const phantomSeed = 5_000_000;

/** Phantoms count as films: the fleet proves itself by reading them, and the gate must not be lifted for that. */
export function gatePictures(sources: GateSources): GatePictures {
  const { train, validation, others, seed, augmentation, negativesOccur } = sources;
  const random = seededRandom(seed);
  const lot = lotOf(random);
  const some = (rows: readonly ManifestRow[], most: number) => {
    const order = shuffled(rows.length, random).subarray(0, most);
    return Array.from(order, (at) => filmOf(sources.root, rows[at]));
  };
  const varied = (picture: Picture) => async () => augment(await picture(), augmentation, random);
  const unfit = (picture: Picture) => async () => altered(await picture(), lot, negativesOccur);
  const films = some(train, counts.films);
  const inverted = negativesOccur ? films.slice(0, counts.negatives).map(inverse) : [];
  const unseen = some(validation, counts.validation);
  const otherParts = some(others, counts.otherParts);
  // A small set gets a small gate: more drawn pictures than films would only take time.
  const drawn = Math.min(counts.drawn, train.length);
  const drawnPhantoms = Math.min(phantoms.drawn, Math.ceil(train.length / 10));
  const phantomsBy = (draw: GateSources['drawPhantom']) => phantomsOf(draw, drawnPhantoms, varied);
  return {
    films: [...films, ...films.map(varied), ...inverted, ...phantomsBy(sources.drawPhantom)],
    others: [
      ...some(train, counts.altered).map(unfit),
      ...otherParts,
      ...otherParts.map(unfit),
      ...sources.drawOtherPhantoms.flatMap(phantomsBy),
      ...Array.from(
        { length: drawn },
        (_, i) => () => Promise.resolve(drawOther(seed * 2 ** 24 + i)),
      ),
    ],
    validation: [...unseen, ...unseen.map(varied)],
  };
}

const inverse = (picture: Picture) => async () => negative(await picture());

const filmOf = (root: string, row: ManifestRow | undefined): Picture => {
  if (row === undefined) throw new Error('a row beyond the last was drawn');
  return async () => {
    const bytes = await readImage(root, row);
    return atRow(row, () => decodeGrey(bytes));
  };
};

function phantomsOf(
  draw: GateSources['drawPhantom'],
  count: number,
  varied: (picture: Picture) => Picture,
): readonly Picture[] {
  return Array.from({ length: count }, (_, i) => phantomSeed + i).flatMap((seed) => {
    let drawn: GreyImage | null = null;
    const plain: Picture = () => Promise.resolve((drawn ??= draw(seed)));
    const copies = Array.from({ length: phantoms.versions - 1 }, () => varied(plain));
    return [plain, ...copies];
  });
}
