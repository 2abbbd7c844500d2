// How one chest differs from the next: the outlines of its organs and its own source of chance, all from the seed.
import { seededRandom } from '../evaluate/seeded-random.ts';
import type { Point } from './canvas.ts';
import { closedCurve, mirrored, noise } from './curves.ts';

export interface ChestAnatomy {
  readonly random: () => number;
  readonly between: (low: number, high: number) => number;
  readonly texture: (x: number, y: number) => number;
  readonly centre: number;
  /** From the centre to the outer wall of either lung. */
  readonly breadth: number;
  readonly lungs: readonly (readonly Point[])[];
  readonly heart: readonly Point[];
}

export function chestAnatomy(seed: number): ChestAnatomy {
  const random = seededRandom(seed);
  const between = (low: number, high: number) => low + (high - low) * random();
  const texture = noise(random);
  const centre = between(0.485, 0.515);
  const base = between(0.63, 0.69);
  const breadth = between(0.345, 0.38);
  const heartSize = between(0.92, 1.08);
  const heart: readonly Point[] = [
    [-0.055, 0.36],
    [0.03, 0.335],
    [0.085, 0.4],
    [0.15, 0.49],
    [0.17, 0.57],
    [0.14, 0.64],
    [0.03, 0.665],
    [-0.075, 0.64],
    [-0.09, 0.53],
    [-0.075, 0.43],
  ];
  return {
    random,
    between,
    texture,
    centre,
    breadth,
    // The right lung, on the left of the film, ends higher: the liver lies under it.
    lungs: [
      mirrored(lungOutline(centre, base - 0.022, breadth), centre),
      lungOutline(centre, base, breadth),
    ],
    heart: closedCurve(
      heart.map(([x, y]) => [centre + x * heartSize, base + (y - 0.655) * heartSize]),
    ),
  };
}

/** The lung on the right of the film. */
function lungOutline(centre: number, base: number, breadth: number): readonly Point[] {
  const outline: readonly Point[] = [
    [0.04, 0.2],
    [0.075, 0.125],
    [0.14, 0.085],
    [0.215, 0.11],
    [0.285, 0.2],
    [0.335, 0.33],
    [breadth, 0.5],
    [breadth + 0.005, base + 0.02],
    [breadth - 0.025, base + 0.055],
    [breadth - 0.09, base + 0.005],
    [0.19, base - 0.04],
    [0.1, base - 0.02],
    [0.05, base + 0.01],
    [0.045, 0.45],
    [0.04, 0.3],
  ];
  return closedCurve(outline.map(([x, y]) => [centre + x, y]));
}
