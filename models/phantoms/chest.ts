// Draws a chest radiograph that never was: thorax, lungs with vessels, ribs, heart, diaphragm, and on request an opacity.
import type { GreyImage } from '../imaging/grey-image.ts';
import {
  blankCanvas,
  depthIn,
  expose,
  outlineSegments,
  paint,
  shape,
  soften,
  stroke,
} from './canvas.ts';
import type { Canvas, Point } from './canvas.ts';
import { chestAnatomy } from './chest-anatomy.ts';
import type { ChestAnatomy } from './chest-anatomy.ts';
import { paintBones, paintSpine } from './chest-bones.ts';
import { paintVessels } from './chest-vessels.ts';
import { closedCurve, edge, openCurve } from './curves.ts';
import { wordHeight, wordWidth, writePhantom } from './lettering.ts';

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { cos, hypot, max, sin, sqrt } = Math;

export interface ChestOptions {
  /** Draw a consolidation in one lung. */
  readonly finding?: boolean;
}

const width = 512;
const height = 456;

/** The same seed and options give the same picture. */
export function drawChest(seed: number, { finding = false }: ChestOptions = {}): GreyImage {
  const anatomy = chestAnatomy(seed);
  const { between, random } = anatomy;
  const canvas = blankCanvas(width, height);
  paintBody(canvas, anatomy);
  paintLungs(canvas, anatomy);
  paintMediastinum(canvas, anatomy);
  paintSpine(canvas, anatomy);
  paintVessels(canvas, anatomy);
  if (finding) paintConsolidation(canvas, anatomy);
  paintBones(canvas, anatomy);
  soften(canvas);
  const exposure = { contrast: between(1.15, 1.35), grain: between(2, 3), random };
  writePhantom(canvas, 0.985 - wordWidth, height / width - wordHeight - 0.015);
  return expose(canvas, exposure);
}

function paintBody(canvas: Canvas, { centre, texture }: ChestAnatomy): void {
  paint(canvas, (x, y) => {
    const shoulders = edge(y - 0.08, 0.1);
    const halfWidth = 0.12 + 0.44 * shoulders - 0.09 * edge(y - 0.3, 0.16);
    const across = (x - centre) / halfWidth;
    const inside = max(0, 1 - across * across);
    const belly = 0.22 * edge(y - 0.7, 0.14);
    return (0.62 + belly + 0.03 * texture(x * 9, y * 9)) * sqrt(sqrt(inside)) * edge(inside, 0.05);
  });
}

/** Air takes attenuation away; the heart and the great vessels lie in front of it and give it back. */
function paintLungs(canvas: Canvas, { lungs, texture }: ChestAnatomy): void {
  for (const outline of lungs)
    shape(canvas, outline, 0.02, (depth, x, y) => {
      const aerated = 0.4 + 0.6 * edge(depth - 0.05, 0.06);
      return -0.47 * edge(depth, 0.008) * aerated * (1 + 0.04 * texture(x * 25, y * 25));
    });
}

function paintMediastinum(canvas: Canvas, anatomy: ChestAnatomy): void {
  const { centre, heart } = anatomy;
  const lungs = anatomy.lungs.map(outlineSegments);
  shape(canvas, heart, 0.02, (depth, x, y) => {
    const inAir = max(...lungs.map((lung) => edge(depthIn(lung, x, y) - 0.012, 0.02)));
    const thickness = 0.24 * inAir + 0.1 * edge(depth - 0.06, 0.07);
    return edge(depth, 0.006) * (0.03 + thickness);
  });
  const greatVessels = closedCurve(
    [
      [-0.05, 0.1],
      [-0.055, 0.24],
      [-0.06, 0.38],
      [0.06, 0.4],
      [0.064, 0.32],
      [0.078, 0.275],
      [0.066, 0.235],
      [0.05, 0.2],
      [0.045, 0.1],
    ].map(([x = 0, y = 0]): Point => [centre + x, y]),
  );
  shape(canvas, greatVessels, 0.02, (depth) => 0.17 * edge(depth, 0.012));
  const air = (path: readonly Point[], radius: number) =>
    stroke(canvas, { path, radius: () => radius, add: (r) => -0.11 * sqrt(1 - r * r) });
  const fork = 0.285;
  air(
    [
      [centre + 0.004, 0],
      [centre, fork],
    ],
    0.019,
  );
  air(
    [
      [centre, fork],
      [centre - 0.05, fork + 0.06],
    ],
    0.012,
  );
  air(
    [
      [centre, fork],
      [centre + 0.06, fork + 0.05],
    ],
    0.011,
  );
}

/** Fluid where air was: cloudy, without a sharp border, crossed by the dark bronchi that still hold air. */
function paintConsolidation(
  canvas: Canvas,
  { centre, lungs, between, random, texture }: ChestAnatomy,
): void {
  const side = random() < 0.5 ? 0 : 1;
  const outwards = side === 0 ? -1 : 1;
  const focus: Point = [centre + outwards * between(0.17, 0.25), between(0.36, 0.54)];
  const [reachX, reachY] = [between(0.1, 0.14), between(0.09, 0.13)];
  const lung = lungs[side];
  if (lung === undefined) return;
  shape(canvas, lung, 0, (depth, x, y) => {
    const distance = hypot((x - focus[0]) / reachX, (y - focus[1]) / reachY);
    const cloud = 0.75 * texture(x * 14, y * 14) + 0.4 * texture(x * 33 + 7, y * 33);
    return 0.3 * edge(1 - distance + 0.45 * cloud, 0.6) * edge(depth - 0.01, 0.015);
  });
  for (const turn of [-0.5, 0.1, 0.6])
    stroke(canvas, {
      path: openCurve([
        [focus[0] - outwards * 0.06, focus[1] - 0.03],
        focus,
        [focus[0] + outwards * 0.05 * cos(turn), focus[1] + 0.06 * sin(turn) + 0.02],
      ]),
      radius: (t) => 0.0045 * (1 - 0.5 * t),
      add: (r, t) => -0.09 * (1 - t) * sqrt(1 - r * r),
    });
}
