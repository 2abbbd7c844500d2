// The bones of the chest: spine, ribs, collar bones, shoulder blades and the tops of the arms.
import type { Canvas, Point } from './canvas.ts';
import { shape, stroke } from './canvas.ts';
import type { ChestAnatomy } from './chest-anatomy.ts';
import { edge, openCurve } from './curves.ts';

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { abs, max, min, sqrt } = Math;

const ribCount = 9;

/** A body, a disc, a body: seen through everything that lies in front. */
export function paintSpine(canvas: Canvas, { centre, between }: ChestAnatomy): void {
  const period = between(0.046, 0.052);
  const bend = between(-0.008, 0.008);
  const path = openCurve([
    [centre, 0],
    [centre + bend, 0.45],
    [centre, 0.95],
  ]);
  const side = (outwards: number) =>
    path.map(([x, y]): Point => [x + outwards * (0.026 + 0.012 * y), y]);
  shape(canvas, [...side(-1), ...side(1).toReversed()], 0.012, (depth, _x, y) => {
    const phase = (y / period) % 1;
    const disc = edge(0.13 - abs(phase - 0.5), 0.09);
    const cortex = 0.035 * max(0, 1 - abs(depth - 0.004) / 0.006);
    return edge(depth, 0.006) * (0.085 - 0.05 * disc) + cortex * (1 - 0.6 * disc);
  });
  for (let y = 0.02; y < 0.9; y += period)
    stroke(canvas, {
      path: [
        [centre, y],
        [centre, y + 0.016],
      ],
      radius: () => 0.007,
      add: (r) => 0.05 * (1 - r * r),
    });
}

export function paintBones(canvas: Canvas, { centre, breadth, between }: ChestAnatomy): void {
  const tube = (path: readonly Point[], radius: number, strength: number, fade = 0) =>
    stroke(canvas, {
      path,
      radius: (t) => radius * (1 - 0.15 * t),
      // A hollow cylinder: the ray runs longest through the wall near its edges.
      add: (r, t) => {
        const wall = max(0, 1 - abs(r - 0.82) / 0.22);
        return strength * (1 - fade * t) * (0.55 * sqrt(1 - r * r) + 0.55 * wall);
      },
    });
  const slope = between(0.95, 1.1);
  for (const outwards of [-1, 1]) {
    const at = (x: number, y: number): Point => [centre + outwards * x, y];
    for (let rib = 0; rib < ribCount; rib++) {
      const y = 0.115 + 0.061 * rib;
      const reach = (breadth + 0.014) * min(1, 0.5 + 0.13 * rib);
      const drop = (0.035 + 0.011 * rib) * slope;
      const outer = y + drop + 0.03;
      tube(
        openCurve([
          at(0.035, y),
          at(0.12, y - 0.012),
          at(0.6 * reach, y + 0.1 * drop),
          at(0.9 * reach, y + 0.7 * drop),
          at(reach, outer),
        ]),
        0.0125,
        0.105,
      );
      const front = openCurve([
        at(reach, outer),
        at(0.93 * reach, outer + 0.045),
        at(0.7 * reach, outer + 0.085),
        at(0.42 * reach + 0.03, outer + 0.105),
      ]);
      if (rib < 7) tube(front, 0.0125, 0.06, 0.75);
    }
    tube(
      openCurve([at(0.025, 0.175), at(0.12, 0.15), at(0.23, 0.105), at(0.36, 0.09)]),
      0.015,
      0.17,
    );
    tube(
      openCurve([at(0.27, 0.13), at(0.325, 0.24), at(0.36, 0.37), at(0.415, 0.3), at(0.42, 0.18)]),
      0.011,
      0.09,
    );
    tube(openCurve([at(0.46, 0.15), at(0.475, 0.17), at(0.5, 0.4)]), 0.038, 0.16);
  }
}
