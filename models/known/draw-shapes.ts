// Overlapping things and drawn lines: the drawn counter-examples with objects in them. Pure.
import type { Lot, Shade } from './shade.ts';
import { fractal, gradient, grainy } from './shade.ts';

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { abs, cos, hypot, max, min, PI, sin, sqrt } = Math;

interface Leaf {
  /** 0 in the middle, 1 at the edge. */
  readonly depth: Shade;
  readonly cover: Shade;
  /** Darker towards the edge, as a round body in side light. */
  readonly round: number;
}

/** Discs, ellipses and boxes that hide each other, sizes by a power law, each with a texture of its own. */
export function leaves(lot: Lot): Shade {
  const { between, whole } = lot;
  const ground = lot.chance(0.5) ? fractal(lot) : gradient(lot);
  const many = 2 ** whole(1, 6);
  const things = Array.from({ length: many }, () =>
    leaf(lot, between(0.3, 0.8) / sqrt(many) + 0.02),
  );
  return grainy((x, y) => {
    for (const { depth, cover, round } of things) {
      const at = depth(x, y);
      if (at < 1) return cover(x, y) * (1 - round * at * at);
    }
    return ground(x, y);
  }, lot);
}

function leaf(lot: Lot, size: number): Leaf {
  const { between, chance } = lot;
  const [cx, cy, turn] = [between(0, 1), between(0, 1), between(0, PI)];
  const [wide, tall] = [size * between(0.4, 2), size * between(0.4, 2)];
  const [c, s] = [cos(turn), sin(turn)];
  const boxed = chance(0.4);
  const grey = between(0, 1);
  const plain: Shade = () => grey;
  return {
    depth: (x, y) => {
      const [dx, dy] = [x - cx, y - cy];
      const [u, v] = [(dx * c + dy * s) / wide, (dy * c - dx * s) / tall];
      return boxed ? max(abs(u), abs(v)) : hypot(u, v);
    },
    cover: chance(0.4) ? plain : chance(0.5) ? fractal(lot, 1 / size) : gradient(lot),
    round: chance(0.5) ? between(0.2, 1) : 0,
  };
}

interface Line {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

/** Strokes of a pen: charts, doodles, signs as large as the picture; dark on light or light on dark. */
export function scribble(lot: Lot): Shade {
  const { between, whole, chance } = lot;
  const lines: Line[] = [];
  for (let stroke = whole(1, 5); stroke > 0; stroke--) {
    let [x, y, turn] = [between(0.15, 0.85), between(0.15, 0.85), between(0, 2 * PI)];
    const [bend, step] = [between(-0.6, 0.6), between(0.03, 0.2)];
    for (let left = whole(3, 14); left > 0; left--) {
      turn += bend + between(-0.4, 0.4);
      const [dx, dy] = [step * cos(turn), step * sin(turn)];
      lines.push({ x, y, dx, dy });
      x += dx;
      y += dy;
    }
  }
  const width = 2 ** between(-8, -3.5);
  const [paper, ink] = chance(0.5)
    ? [between(0, 0.15), between(0.6, 1)]
    : [between(0.75, 1), between(0, 0.4)];
  const soft = width * between(0.1, 1);
  return (x, y) => {
    const away = lines.reduce((least, line) => min(least, distance(line, x, y)), 1);
    return paper + (ink - paper) * min(1, max(0, (width + soft - away) / soft));
  };
}

function distance({ x, y, dx, dy }: Line, px: number, py: number): number {
  const along = min(1, max(0, ((px - x) * dx + (py - y) * dy) / (dx * dx + dy * dy)));
  return hypot(x + along * dx - px, y + along * dy - py);
}
