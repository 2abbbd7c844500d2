// Writes PHANTOM into a corner of the film, as lead letters would, so that nobody takes it for a patient's.
import type { Canvas, Point } from './canvas.ts';
import { stroke } from './canvas.ts';

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { min } = Math;

const word = ['P', 'H', 'A', 'N', 'T', 'O', 'M'] as const;

/** Strokes on a grid 4 wide and 6 high. */
const letters: Readonly<Record<(typeof word)[number], readonly (readonly Point[])[]>> = {
  P: [
    [
      [0, 6],
      [0, 0],
      [3, 0],
      [4, 1],
      [4, 2],
      [3, 3],
      [0, 3],
    ],
  ],
  H: [
    [
      [0, 0],
      [0, 6],
    ],
    [
      [4, 0],
      [4, 6],
    ],
    [
      [0, 3],
      [4, 3],
    ],
  ],
  A: [
    [
      [0, 6],
      [2, 0],
      [4, 6],
    ],
    [
      [1, 4],
      [3, 4],
    ],
  ],
  N: [
    [
      [0, 6],
      [0, 0],
      [4, 6],
      [4, 0],
    ],
  ],
  T: [
    [
      [0, 0],
      [4, 0],
    ],
    [
      [2, 0],
      [2, 6],
    ],
  ],
  O: [
    [
      [1, 0],
      [3, 0],
      [4, 1],
      [4, 5],
      [3, 6],
      [1, 6],
      [0, 5],
      [0, 1],
      [1, 0],
    ],
  ],
  M: [
    [
      [0, 6],
      [0, 0],
      [2, 3],
      [4, 0],
      [4, 6],
    ],
  ],
};

const gridUnit = 0.0042;
const lineRadius = 0.0024;
const letterAdvance = 6;
const leadAttenuation = 2.2;

export const wordWidth = word.length * letterAdvance * gridUnit;
export const wordHeight = 6 * gridUnit;

/** `x` and `y` are the upper left corner of the word. */
export function writePhantom(canvas: Canvas, x: number, y: number): void {
  for (const [i, letter] of word.entries())
    for (const line of letters[letter]) {
      const path = line.map(([gx, gy]): Point => [
        x + (i * letterAdvance + gx) * gridUnit,
        y + gy * gridUnit,
      ]);
      const add = (r: number) => leadAttenuation * min(1, 2 * (1 - r));
      stroke(canvas, { path, radius: () => lineRadius, add });
    }
}
