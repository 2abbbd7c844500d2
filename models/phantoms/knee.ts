// Draws a knee radiograph that never was: femur, tibia, fibula and patella, and on request the signs of osteoarthritis.
import { seededRandom } from '../evaluate/seeded-random.ts';
import type { GreyImage } from '../imaging/grey-image.ts';
import { blankCanvas, expose, paint, shape, soften, stroke } from './canvas.ts';
import type { Canvas, Point } from './canvas.ts';
import { closedCurve, edge, noise } from './curves.ts';
import { wordHeight, wordWidth, writePhantom } from './lettering.ts';

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { abs, max, min, sin, sqrt } = Math;

export interface KneeOptions {
  /** Draw osteoarthritis: a narrow joint space on the inner side, sclerosis under it, osteophytes at the margins. */
  readonly finding?: boolean;
}

const side = 384;
const jointY = 0.52;
/** The inner compartment lies on the right of this film; osteoarthritis mostly begins there. */
const innerX = 0.72;

interface Anatomy {
  readonly random: () => number;
  readonly between: (low: number, high: number) => number;
  readonly texture: (x: number, y: number) => number;
  readonly lean: number;
  /** 0 is healthy; 1 leaves hardly any joint space. */
  readonly severity: number;
}

/** The same seed and options give the same picture. */
export function drawKnee(seed: number, { finding = false }: KneeOptions = {}): GreyImage {
  const random = seededRandom(seed);
  const between = (low: number, high: number) => low + (high - low) * random();
  const anatomy: Anatomy = {
    random,
    between,
    texture: noise(random),
    lean: between(-0.03, 0.03),
    severity: finding ? between(0.7, 1) : 0,
  };
  const canvas = blankCanvas(side, side);
  paintSoftTissue(canvas, anatomy);
  paintBone(canvas, anatomy, fibula);
  paintBone(canvas, anatomy, tibiaOf(anatomy));
  paintBone(canvas, anatomy, femurOf(anatomy));
  paintPatella(canvas, anatomy);
  if (finding) paintSclerosis(canvas, anatomy);
  soften(canvas);
  writePhantom(canvas, 0.98 - wordWidth, 0.98 - wordHeight);
  return expose(canvas, { contrast: between(1.3, 1.55), grain: between(3, 4.5), random });
}

function paintSoftTissue(canvas: Canvas, { lean, texture }: Anatomy): void {
  paint(canvas, (x, y) => {
    const halfWidth = 0.49 - 0.05 * edge(0.25 - abs(y - 0.72), 0.2) - 0.03 * edge(y - 0.85, 0.15);
    const across = (x - 0.5 - lean * (y - jointY)) / halfWidth;
    const inside = max(0, 1 - across * across);
    return 0.36 * sqrt(inside) * (1 + 0.05 * texture(x * 8, y * 8));
  });
}

const fibula: readonly Point[] = [
  [0.15, 0.66],
  [0.185, 0.615],
  [0.24, 0.65],
  [0.235, 0.72],
  [0.215, 0.85],
  [0.22, 1.08],
  [0.15, 1.08],
  [0.155, 0.85],
  [0.14, 0.74],
];

/** The condyles and the notch between them; osteophytes pull the margins outwards and down to the joint. */
function femurOf({ severity, between }: Anatomy): readonly Point[] {
  const spur = severity * between(0.025, 0.04);
  return [
    [0.35, -0.08],
    [0.355, 0.1],
    [0.305, 0.22],
    [0.205, 0.31],
    [0.155, 0.4],
    [0.16 - 0.6 * spur, 0.462],
    [0.215, 0.492],
    [0.29, 0.5],
    [0.39, 0.48],
    [0.445, 0.425],
    [0.5, 0.402],
    [0.555, 0.425],
    [0.61, 0.48],
    [innerX, 0.502],
    [0.785, 0.493],
    [0.845 + spur, 0.47 + 0.4 * spur],
    [0.853, 0.4],
    [0.8, 0.31],
    [0.69, 0.22],
    [0.645, 0.1],
    [0.65, -0.08],
  ];
}

/** The plateau with its two spines; with severity its inner half rises against the femur. */
function tibiaOf({ severity, between }: Anatomy): readonly Point[] {
  const spur = severity * between(0.025, 0.045);
  const rise = severity * 0.031;
  return [
    [0.165 - 0.6 * spur, 0.566 - 0.5 * spur],
    [0.215, 0.541],
    [0.3, 0.54],
    [0.4, 0.543],
    [0.455, 0.527],
    [0.476, 0.502],
    [0.5, 0.53],
    [0.526, 0.5],
    [0.55, 0.527],
    [0.6, 0.543 - rise],
    [innerX, 0.542 - rise],
    [0.79, 0.541 - rise],
    [0.842 + spur, 0.562 - rise - 0.4 * spur],
    [0.828, 0.615],
    [0.755, 0.71],
    [0.69, 0.82],
    [0.66, 1.08],
    [0.35, 1.08],
    [0.33, 0.82],
    [0.26, 0.71],
    [0.185, 0.625],
  ];
}

/** A shell of dense bone around spongy bone whose fibres run along the limb; the shafts are hollow with thick walls. */
function paintBone(canvas: Canvas, { lean, texture }: Anatomy, outline: readonly Point[]): void {
  const leaning = outline.map(([x, y]): Point => [x + lean * (y - jointY), y]);
  shape(canvas, closedCurve(leaning), 0.01, (depth, x, y) => {
    const shaft = edge(abs(y - jointY) - 0.27, 0.14);
    const fibres =
      0.6 * texture(x * 85, y * 30) +
      0.5 * texture(x * 42 + 9, y * 60) +
      0.35 * texture(x * 12, y * 8);
    const spongy = (0.34 - 0.1 * shaft) * (1 + (0.17 - 0.08 * shaft) * fibres);
    const rounding = edge(depth - 0.012, 0.035 + 0.02 * shaft);
    const wall = 0.012 + 0.05 * shaft;
    const shell = (0.1 + 0.22 * shaft) * edge(depth, 0.006) * (1 - edge(depth - wall, wall));
    return edge(depth, 0.005) * spongy * (0.45 + 0.55 * rounding) + shell;
  });
}

function paintPatella(canvas: Canvas, { between, lean, texture }: Anatomy): void {
  const [x, y] = [0.5 + between(-0.02, 0.02) - 0.2 * lean, between(0.27, 0.31)];
  const outline = closedCurve([
    [x - 0.14, y - 0.05],
    [x - 0.06, y - 0.13],
    [x + 0.07, y - 0.13],
    [x + 0.145, y - 0.04],
    [x + 0.09, y + 0.1],
    [x, y + 0.155],
    [x - 0.09, y + 0.1],
  ]);
  shape(canvas, outline, 0.01, (depth, px, py) => {
    const rim = 0.05 * max(0, 1 - abs(depth - 0.006) / 0.008);
    return edge(depth, 0.008) * 0.11 * (1 + 0.1 * texture(px * 60, py * 60)) + rim;
  });
}

/** Bone under load grows dense on both sides of the narrowed space. */
function paintSclerosis(canvas: Canvas, { lean, severity }: Anatomy): void {
  for (const y of [0.487, 0.535])
    stroke(canvas, {
      path: [
        [0.62 + lean * (y - jointY), y],
        [0.81 + lean * (y - jointY), y],
      ],
      radius: () => 0.026,
      add: (r, t) => 0.2 * severity * (1 - r * r) * sin(Math.PI * min(1, 0.08 + t)),
    });
}
