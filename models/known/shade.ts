// Pictures as functions of the place: what the drawn counter-examples of the gate are made of. Pure.
import type { GreyImage } from '../imaging/grey-image.ts';
import { noise } from '../phantoms/curves.ts';

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { max, min, round } = Math;

/** Grey from 0 to 1 at x and y from 0 to 1. */
export type Shade = (x: number, y: number) => number;

/** Numbers drawn by lot, from one seeded source. */
export interface Lot {
  readonly random: () => number;
  readonly between: (low: number, high: number) => number;
  /** A whole number from `low` to `high`, both included. */
  readonly whole: (low: number, high: number) => number;
  readonly chance: (share: number) => boolean;
}

export function lotOf(random: () => number): Lot {
  const between = (low: number, high: number) => low + (high - low) * random();
  return {
    random,
    between,
    whole: (low, high) => Math.floor(between(low, high + 1)),
    chance: (share) => random() < share,
  };
}

export function render(shade: Shade, width: number, height: number): GreyImage {
  const pixels = new Uint8Array(width * height);
  for (let row = 0, i = 0; row < height; row++)
    for (let column = 0; column < width; column++, i++)
      pixels[i] = round(255 * min(1, max(0, shade((column + 0.5) / width, (row + 0.5) / height))));
  return { width, height, pixels };
}

/** Noise whose octaves fade as in photographs: amplitude `roughness` ^ octave from `frequency` on, about 0.5. */
export function fractal({ random, between }: Lot, frequency = between(1, 8)): Shade {
  const roughness = between(0.35, 0.85);
  const octaves = Array.from({ length: 5 }, (_, octave) => ({
    at: noise(random),
    scale: frequency * 2 ** octave,
    share: roughness ** octave,
  }));
  const total = octaves.reduce((sum, { share }) => sum + share, 0);
  return (x, y) => {
    let value = 0;
    for (const { at, scale, share } of octaves) value += share * at(x * scale, y * scale);
    return 0.5 + (0.9 * value) / total;
  };
}

/** Straight or round, from one grey to another. */
export function gradient({ between, chance }: Lot): Shade {
  const [from, to] = [between(0, 1), between(0, 1)];
  const turn = between(0, 2 * Math.PI);
  const [dx, dy] = [Math.cos(turn), Math.sin(turn)];
  if (chance(0.5)) return (x, y) => 0.5 + (to - from) * ((x - 0.5) * dx + (y - 0.5) * dy);
  const [cx, cy, reach] = [between(-0.2, 1.2), between(-0.2, 1.2), between(0.2, 1)];
  return (x, y) => from + (to - from) * min(1, Math.hypot(x - cx, y - cy) / reach);
}

/** Grain on top, as a camera or a scanner leaves it. */
export const grainy = (shade: Shade, { random, between }: Lot, strongest = 0.06): Shade =>
  (
    (grain) => (x, y) =>
      shade(x, y) + grain * (random() - 0.5)
  )(between(0, strongest));
