// What a picture's file says without its content, and the picture without its middle: what a model could cheat with. Pure.
import type { GroupFigure, ShortcutFigure, Shortcuts } from '../../fleet/card.ts';
import type { ImageInput } from '../bundle/manifest.ts';
import type { GreyImage } from '../imaging/grey-image.ts';
import type { Settings } from './group-figure.ts';
import { aurocFigure } from './group-figure.ts';
import type { Scored } from './metrics.ts';
import { auroc } from './metrics.ts';

export interface PictureFacts {
  readonly width: number;
  readonly height: number;
  readonly fileBytes: number;
  readonly meanGrey: number;
}

export const factsOf = ({ width, height, pixels }: GreyImage, fileBytes: number): PictureFacts => ({
  width,
  height,
  fileBytes,
  meanGrey: pixels.reduce((sum, grey) => sum + grey, 0) / pixels.length,
});

/** Share of each side, at each of the four edges, that counts as border. */
export const borderShare = 0.1;

const isAtEdge = (at: number, side: number) =>
  at < side * borderShare || at >= side * (1 - borderShare);

const isBorder = (index: number, { width, height }: ImageInput) =>
  isAtEdge(index % width, width) || isAtEdge(Math.floor(index / width) % height, height);

/** The tensor with everything inside its border made mid-grey, which is 0. */
export const borderOnly = (tensor: Float32Array, input: ImageInput): Float32Array =>
  tensor.map((value, index) => (isBorder(index, input) ? value : 0));

/** Its complement: the tensor with its border made black. */
export const withoutBorder = (tensor: Float32Array, input: ImageInput): Float32Array =>
  tensor.map((value, index) => (isBorder(index, input) ? -input.mean / input.deviation : value));

const titles = {
  meanGrey: 'Mean grey level of the picture alone',
  fileBytes: 'Size of the image file alone',
  width: 'Width of the picture alone',
  aspect: 'Aspect ratio of the picture alone',
} as const;

type Rows = Omit<Scored, 'probabilities'>;

/** Each fact as a classifier, in whichever direction it separates these rows better: what it could give at most. */
export function factShortcuts(
  facts: readonly PictureFacts[],
  rows: Rows,
  settings: Settings,
): Shortcuts {
  const values = {
    meanGrey: facts.map(({ meanGrey }) => meanGrey),
    fileBytes: facts.map(({ fileBytes }) => fileBytes),
    width: facts.map(({ width }) => width),
    aspect: facts.map(({ width, height }) => width / height),
  };
  const [first] = facts;
  const varied = new Set(facts.map(({ width, height }) => `${width} x ${height}`)).size > 1;
  const names = (Object.keys(titles) as (keyof typeof titles)[]).filter(
    (name) => varied || name === 'meanGrey' || name === 'fileBytes',
  );
  return {
    baselines: names.map((name): ShortcutFigure => ({
      title: titles[name],
      auroc: factAuroc(Float64Array.from(values[name]), rows, settings),
    })),
    notes: varied
      ? []
      : [
          `All pictures are ${first?.width} x ${first?.height}: here neither width nor aspect ratio can tell anything. What the squash to that size left in the pixels, they cannot show.`,
        ],
  };
}

function factAuroc(values: Float64Array, rows: Rows, settings: Settings): GroupFigure {
  const rising = auroc(values, rows.labels) >= 0.5;
  const probabilities = rising ? values : values.map((value) => -value);
  return aurocFigure({ ...rows, probabilities }, settings);
}
