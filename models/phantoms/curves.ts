// Curves, edges and textures that phantoms are made of.
import type { Point } from './canvas.ts';

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { floor, max, min } = Math;

const pointsPerSpan = 6;

/** Catmull-Rom through all points, back to the first. */
export const closedCurve = (points: readonly Point[]): readonly Point[] =>
  points.flatMap((_, i) => span(points, i, (k) => (k + points.length) % points.length));

/** Catmull-Rom from the first point to the last. */
export function openCurve(points: readonly Point[]): readonly Point[] {
  const last = points.length - 1;
  const within = (k: number) => min(max(k, 0), last);
  const spans = points.slice(0, -1).flatMap((_, i) => span(points, i, within));
  return [...spans, points[last] ?? [0, 0]];
}

function span(points: readonly Point[], i: number, index: (k: number) => number): Point[] {
  const [before, from, to, after] = [i - 1, i, i + 1, i + 2].map(
    (k) => points[index(k)] ?? ([0, 0] as const),
  ) as [Point, Point, Point, Point];
  return Array.from({ length: pointsPerSpan }, (_, step): Point => {
    const t = step / pointsPerSpan;
    const axis = (d: 0 | 1) =>
      from[d] +
      0.5 *
        t *
        (to[d] -
          before[d] +
          t *
            (2 * before[d] -
              5 * from[d] +
              4 * to[d] -
              after[d] +
              t * (3 * (from[d] - to[d]) + after[d] - before[d])));
    return [axis(0), axis(1)];
  });
}

export const mirrored = (points: readonly Point[], axisX: number): readonly Point[] =>
  points.map(([x, y]) => [2 * axisX - x, y]);

/** 0 below -width, 1 above width, smooth between. */
export function edge(depth: number, width: number): number {
  const t = min(1, max(0, (depth / width + 1) / 2));
  return t * t * (3 - 2 * t);
}

const latticeSide = 64;

/** Smooth noise in -1..1 with a wavelength of 1; it repeats every 64. */
export function noise(random: () => number): (x: number, y: number) => number {
  const lattice = Float32Array.from({ length: latticeSide ** 2 }, () => 2 * random() - 1);
  const wrap = (k: number) => ((k % latticeSide) + latticeSide) % latticeSide;
  const at = (x: number, y: number) => lattice[wrap(y) * latticeSide + wrap(x)] ?? 0;
  return (x, y) => {
    const [left, top] = [floor(x), floor(y)];
    const [u, v] = [edge(2 * (x - left) - 1, 1), edge(2 * (y - top) - 1, 1)];
    const upper = at(left, top) * (1 - u) + at(left + 1, top) * u;
    const lower = at(left, top + 1) * (1 - u) + at(left + 1, top + 1) * u;
    return upper * (1 - v) + lower * v;
  };
}
