// The vessels of the lungs: what gives an aerated lung its markings.
import type { Canvas, Point, Segment } from './canvas.ts';
import { blankCanvas, depthIn, outlineSegments, stroke, superimpose } from './canvas.ts';
import type { ChestAnatomy } from './chest-anatomy.ts';
import { openCurve } from './curves.ts';

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { cos, sin, sqrt } = Math;

/** From each hilum outwards, forking and thinning; every vessel is a tube of blood. */
export function paintVessels(
  canvas: Canvas,
  { centre, lungs, between, random }: ChestAnatomy,
): void {
  const blood = blankCanvas(canvas.width, canvas.height);
  const branch = (start: Point, angle: number, radius: number, lung: readonly Segment[]): void => {
    if (radius < 0.0011 || depthIn(lung, ...start) < -0.03) return;
    const length = radius * between(6, 10);
    const bend = between(-0.3, 0.3);
    const step = (share: number, turn: number): Point => [
      start[0] + cos(angle + turn) * length * share,
      start[1] + sin(angle + turn) * length * share,
    ];
    const end = step(1, bend);
    const thinner = radius * between(0.72, 0.8);
    stroke(blood, {
      path: openCurve([start, step(0.5, bend / 3), end]),
      radius: (t) => radius + (thinner - radius) * t,
      add: (r, t) => 11 * (radius + (thinner - radius) * t) * sqrt(1 - r * r),
      join: Math.max,
    });
    branch(end, angle + bend + between(0, 0.3), thinner, lung);
    if (random() < 0.75)
      branch(end, angle + bend - between(0.4, 0.9), radius * between(0.5, 0.7), lung);
    if (random() < 0.45)
      branch(step(0.5, bend / 3), angle + between(0.5, 0.9), radius * between(0.4, 0.6), lung);
  };
  for (const [side, lung] of lungs.map(outlineSegments).entries()) {
    const outwards = side === 0 ? -1 : 1;
    for (const angle of [-1.2, -0.7, -0.2, 0.3, 0.75, 1.15]) {
      const hilum: Point = [
        centre + outwards * (0.06 + 0.012 * cos(angle)),
        0.375 - 0.015 * side + 0.035 * sin(angle),
      ];
      const direction = outwards > 0 ? angle : Math.PI - angle;
      branch(hilum, direction + between(-0.15, 0.15), between(0.008, 0.0115), lung);
    }
  }
  superimpose(canvas, blood);
}
