// What phantoms are drawn on: a plane of X-ray attenuation, in which shapes add up as organs do along a ray. Pure pixels.
import type { GreyImage } from '../imaging/grey-image.ts';

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { exp, floor, max, min, round, sqrt } = Math;

/** Lengths are in units of the canvas width, x to the right and y down. */
export type Point = readonly [x: number, y: number];

export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Attenuation, row by row; 0 is air. */
  readonly values: Float32Array;
}

export const blankCanvas = (width: number, height: number): Canvas => ({
  width,
  height,
  values: new Float32Array(width * height),
});

/** Replaces each value by what `shade` makes of its place and of the value before. */
export function paint(
  { width, height, values }: Canvas,
  shade: (x: number, y: number, before: number) => number,
): void {
  for (let row = 0, i = 0; row < height; row++)
    for (let column = 0; column < width; column++, i++)
      values[i] = shade((column + 0.5) / width, (row + 0.5) / width, values[i] ?? 0);
}

export interface Stroke {
  readonly path: readonly Point[];
  /** At the share t of the path, 0 at its start and 1 at its end. */
  readonly radius: (t: number) => number;
  /** What to add at the share r of the radius, 0 on the path and 1 at the edge. */
  readonly add: (r: number, t: number) => number;
  /** How it joins what is there; sums unless told otherwise. */
  readonly join?: (before: number, added: number) => number;
}

const sum = (before: number, added: number) => before + added;

/** A tube along a path; where it comes near itself it is counted once. */
export function stroke(canvas: Canvas, { path, radius, add, join = sum }: Stroke): void {
  const reach = max(radius(0), radius(0.5), radius(1));
  const segments = pathSegments(path);
  inBox(canvas, path, reach, (x, y, before) => {
    let least = 1;
    let share = 0;
    segments.forEach((segment, i) => {
      const squared = squaredDistance(segment, x, y);
      if (squared >= reach * reach) return;
      const t = (i + alongSegment(segment, x, y)) / segments.length;
      const r = sqrt(squared) / radius(t);
      if (r < least) [least, share] = [r, t];
    });
    return least < 1 ? join(before, add(least, share)) : before;
  });
}

/**
 * A closed outline. `add` gets the depth below the outline, negative outside and called down to -reach, and the place.
 */
export function shape(
  canvas: Canvas,
  outline: readonly Point[],
  reach: number,
  add: (depth: number, x: number, y: number) => number,
): void {
  const segments = outlineSegments(outline);
  inBox(canvas, outline, reach, (x, y, before) => {
    const depth = depthIn(segments, x, y);
    return depth > -reach ? before + add(depth, x, y) : before;
  });
}

function inBox(
  { width, height, values }: Canvas,
  points: readonly Point[],
  margin: number,
  shade: (x: number, y: number, before: number) => number,
): void {
  const clamp = (position: number, size: number) => min(max(floor(position * width), 0), size);
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const left = clamp(min(...xs) - margin, width);
  const right = clamp(max(...xs) + margin + 2 / width, width);
  const top = clamp(min(...ys) - margin, height);
  const bottom = clamp(max(...ys) + margin + 2 / width, height);
  for (let row = top; row < bottom; row++)
    for (let column = left; column < right; column++) {
      const i = row * width + column;
      values[i] = shade((column + 0.5) / width, (row + 0.5) / width, values[i] ?? 0);
    }
}

/** A piece of a path or outline, prepared because it is asked for at every pixel. */
export interface Segment {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  /** 1 / length squared; 0 for a point. */
  readonly inverse: number;
}

const pathSegments = (points: readonly Point[]): readonly Segment[] =>
  points.slice(1).map((end, i) => segmentOf(points[i] ?? end, end));

export const outlineSegments = (points: readonly Point[]): readonly Segment[] =>
  points.map((end, i) => segmentOf(points.at(i - 1) ?? end, end));

function segmentOf(start: Point, end: Point): Segment {
  const [x, y] = start;
  const [dx, dy] = [end[0] - x, end[1] - y];
  const squared = dx * dx + dy * dy;
  return { x, y, dx, dy, inverse: squared === 0 ? 0 : 1 / squared };
}

/** Distance to the outline, positive inside (even-odd rule). */
export function depthIn(outline: readonly Segment[], x: number, y: number): number {
  let inside = false;
  let squared = Number.POSITIVE_INFINITY;
  for (const segment of outline) {
    const above = segment.y > y;
    if (above !== segment.y + segment.dy > y) {
      const crossing = segment.x + ((y - segment.y) / segment.dy) * segment.dx;
      if (x < crossing) inside = !inside;
    }
    squared = min(squared, squaredDistance(segment, x, y));
  }
  const distance = sqrt(squared);
  return inside ? distance : -distance;
}

/** The share of the segment at which it is nearest. */
const alongSegment = ({ x, y, dx, dy, inverse }: Segment, px: number, py: number) =>
  min(1, max(0, ((px - x) * dx + (py - y) * dy) * inverse));

function squaredDistance(segment: Segment, px: number, py: number): number {
  const along = alongSegment(segment, px, py);
  const offX = segment.x + along * segment.dx - px;
  const offY = segment.y + along * segment.dy - py;
  return offX * offX + offY * offY;
}

/** Adds a second canvas of the same size. */
export function superimpose({ values }: Canvas, above: Canvas): void {
  for (const [i, value] of above.values.entries()) values[i] = (values[i] ?? 0) + value;
}

/** The focal spot is no point: each value spreads over its neighbours, 1 2 1 in either direction. */
export function soften({ width, height, values }: Canvas): void {
  const pass = (step: number, position: (i: number) => number, size: number) => {
    const before = values.slice();
    for (let i = 0; i < values.length; i++) {
      const [at, here] = [position(i), before[i] ?? 0];
      const left = at > 0 ? (before[i - step] ?? 0) : here;
      const right = at < size - 1 ? (before[i + step] ?? 0) : here;
      values[i] = (left + 2 * here + right) / 4;
    }
  };
  pass(1, (i) => i % width, width);
  pass(width, (i) => floor(i / width), height);
}

export interface Exposure {
  /** How quickly attenuation brightens the film: value = 1 - exp(-contrast * attenuation). */
  readonly contrast: number;
  /** Standard deviation of the grain, in grey levels. */
  readonly grain: number;
  readonly random: () => number;
}

/** The film: Beer-Lambert, then grain, then eight bits. */
export function expose(
  { width, height, values }: Canvas,
  { contrast, grain, random }: Exposure,
): GreyImage {
  const pixels = Uint8Array.from(values, (attenuation) => {
    const clean = 255 * (1 - exp(-contrast * max(0, attenuation)));
    return round(min(255, max(0, clean + grain * bell(random))));
  });
  return { width, height, pixels };
}

/** Nearly normal, from four uniform draws: Math.log and Math.cos may differ in the last digit between machines. */
const bell = (random: () => number) => (random() + random() + random() + random() - 2) * sqrt(3);
