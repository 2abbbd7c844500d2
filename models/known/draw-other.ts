// Draws pictures that are no radiographs, in a dozen kinds: the drawn counter-examples that the gate learns from. Pure.
import { seededRandom } from '../evaluate/seeded-random.ts';
import type { GreyImage } from '../imaging/grey-image.ts';
import { drawBody } from './draw-body.ts';
import { leaves, scribble } from './draw-shapes.ts';
import type { Lot, Shade } from './shade.ts';
import { fractal, gradient, grainy, lotOf, render } from './shade.ts';

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { abs, floor, max, sin } = Math;

const side = 224;

/** Photographs are stood in for by dead leaves (Lee, Mumford and Huang 2001) and fractals, which share their statistics. */
const kinds: readonly ((lot: Lot) => Shade)[] = [
  blocks,
  (lot) => grainy(gradient(lot), lot),
  page,
  plaid,
  clouds,
  leaves,
  leaves,
  screen,
  scribble,
  ridges,
  mark,
];

/** The same seed gives the same picture; seeds that follow each other give different kinds. */
export function drawOther(seed: number): GreyImage {
  const lot = lotOf(seededRandom(seed));
  const kind = kinds[seed % (kinds.length + 2)];
  return kind === undefined ? drawBody(lot) : render(kind(lot), side, side);
}

/** Noise in squares, from single pixels to quarters of the picture. */
function blocks({ random, between, whole }: Lot): Shade {
  const cells = whole(2, 8) ** 2 + (random() < 0.3 ? side : 0);
  const values = Float32Array.from({ length: cells * cells }, random);
  const contrast = between(0.1, 1);
  const base = between(0, 1 - contrast);
  return (x, y) => base + contrast * (values[floor(y * cells) * cells + floor(x * cells)] ?? 0);
}

/** Lines of small signs on a plain ground, in one or two columns, dark on light or light on dark. */
function page(lot: Lot): Shade {
  const { random, between, whole, chance } = lot;
  const lines = whole(6, 40);
  const signs = lines * whole(1, 2);
  const ink = Uint8Array.from({ length: lines * signs * 15 }, () => Number(random() < 0.5));
  const spaces = Uint8Array.from({ length: lines * signs }, () => Number(random() < 0.2));
  const ends = Float32Array.from({ length: lines }, () => (chance(0.3) ? between(0.2, 0.9) : 0.93));
  const gutter = chance(0.3) ? 0.5 : -1;
  const [paper, print] = chance(0.7)
    ? [between(0.75, 1), between(0, 0.3)]
    : [between(0, 0.2), between(0.6, 1)];
  return (x, y) => {
    const line = floor(y * lines);
    const within = (y * lines - line) * 1.6;
    const sign = floor(x * signs);
    const blank =
      x < 0.07 || x > (ends[line] ?? 0) || within >= 1 || abs(x - gutter) < 0.03 || y < 0.05;
    if (blank || spaces[line * signs + sign] === 1) return paper;
    const cell = floor(within * 5) * 3 + floor((x * signs - sign) * 3.99);
    return cell % 3 < 3 && ink[(line * signs + sign) * 15 + cell] === 1 ? print : paper;
  };
}

/** One to three waves across each other: stripes, plaids, moire, chess boards. */
function plaid({ between, whole, chance }: Lot): Shade {
  const waves = Array.from({ length: whole(1, 3) }, () => {
    const turn = between(0, Math.PI);
    const pitch = 2 * Math.PI * 2 ** between(0.5, 5.5);
    return { dx: pitch * Math.cos(turn), dy: pitch * sin(turn), phase: between(0, 6) };
  });
  const hard = chance(0.4);
  const contrast = between(0.15, 1);
  const base = between(0, 1 - contrast);
  return (x, y) => {
    const sum = waves.reduce((total, { dx, dy, phase }) => total + sin(x * dx + y * dy + phase), 0);
    return base + contrast * (hard ? Number(sum > 0) : 0.5 + sum / (2 * waves.length));
  };
}

/** A fractal, sometimes cut into black and white. */
function clouds(lot: Lot): Shade {
  const shade = fractal(lot, 2 ** lot.between(0, 5));
  const contrast = lot.between(0.3, 2.5);
  if (lot.chance(0.25)) return (x, y) => Number(shade(x, y) > 0.5);
  return (x, y) => 0.5 + contrast * (shade(x, y) - 0.5);
}

/** Windows with bars and text, over a plain or a cloudy desktop. */
function screen(lot: Lot): Shade {
  const { between, whole, chance } = lot;
  const ground = chance(0.5) ? fractal(lot) : gradient(lot);
  const windows = Array.from({ length: whole(1, 5) }, () => ({
    left: between(-0.1, 0.7),
    top: between(-0.1, 0.7),
    width: between(0.2, 0.8),
    height: between(0.2, 0.7),
    bar: between(0, 1),
    content: chance(0.6) ? page(lot) : gradient(lot),
  }));
  return (x, y) => {
    let value = ground(x, y);
    for (const { left, top, width, height, bar, content } of windows) {
      const [u, v] = [(x - left) / width, (y - top) / height];
      if (u < 0 || u > 1 || v < 0 || v > 1) continue;
      value = v < 0.09 ? bar : content(u, v);
    }
    return value;
  };
}

/** Hills before a sky, each nearer one darker or lighter, as in a landscape photograph. */
function ridges(lot: Lot): Shade {
  const { between, whole } = lot;
  const sky = gradient(lot);
  const hills = Array.from({ length: whole(1, 4) }, (_, i) => ({
    outline: fractal(lot, between(0.5, 3)),
    level: 0.3 + 0.15 * i + between(-0.1, 0.1),
    cover: fractal(lot, between(4, 20)),
    grey: between(0, 0.8),
    contrast: between(0.1, 0.8),
  }));
  return grainy((x, y) => {
    let value = sky(x, y);
    for (const { outline, level, cover, grey, contrast } of hills)
      if (y > level + 0.4 * (outline(x, 0.5) - 0.5)) value = grey + contrast * (cover(x, y) - 0.3);
    return value;
  }, lot);
}

/** Hardly anything: one grey, with a spot or a bar somewhere. */
function mark({ between, chance, random }: Lot): Shade {
  const [grey, spot] = [between(0, 1), between(0, 1)];
  const [left, top, wide] = [random(), random(), between(0.02, 0.4)];
  const tall = chance(0.5) ? wide : between(0.01, 0.6);
  const grain = between(0, 0.08);
  return (x, y) => {
    const outside = max(abs(x - left) / wide, abs(y - top) / tall) > 1;
    return (outside ? grey : spot) + grain * (random() - 0.5);
  };
}
