// Draws radiographs of nothing in particular: tissue, tubes of bone and hollows, arranged as in no body. Pure.
import type { GreyImage } from '../imaging/grey-image.ts';
import { blankCanvas, expose, paint, soften, stroke } from '../phantoms/canvas.ts';
import type { Canvas, Point } from '../phantoms/canvas.ts';
import { noise, openCurve } from '../phantoms/curves.ts';
import type { Lot } from './shade.ts';

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { cos, hypot, max, sin, sqrt } = Math;

const side = 224;

/** What the gate must tell from its own body part although it is lit, grained and rounded like one: another part. */
export function drawBody(lot: Lot): GreyImage {
  const canvas = blankCanvas(side, side);
  for (let part = lot.whole(1, 3); part > 0; part--) paintTissue(canvas, lot);
  for (let bone = lot.whole(0, 9); bone > 0; bone--) paintTube(canvas, lot);
  soften(canvas);
  const { between, random } = lot;
  return expose(canvas, { contrast: between(0.6, 2), grain: between(1, 6), random });
}

/** A rounded mass, full or hollow like a skull. */
function paintTissue(canvas: Canvas, { between, chance, random }: Lot): void {
  const texture = noise(random);
  const [cx, cy] = [between(0.2, 0.8), between(0.2, 0.8)];
  const [wide, tall] = [between(0.15, 0.7), between(0.15, 0.9)];
  const dense = between(0.15, 0.7);
  const hollow = chance(0.35) ? between(0.5, 0.95) : 0;
  paint(canvas, (x, y, before) => {
    const away = hypot((x - cx) / wide, (y - cy) / tall);
    const outer = sqrt(max(0, 1 - away * away));
    const inner = hollow === 0 ? 0 : hollow * sqrt(max(0, 1 - (away / hollow) ** 2));
    return before + dense * (outer - inner) * (1 + 0.1 * texture(x * 12, y * 12));
  });
}

/** A bone: a curved tube with a dense wall, straight through or ending in the picture. */
function paintTube(canvas: Canvas, { between, chance }: Lot): void {
  let turn = between(0, 2 * Math.PI);
  const length = between(0.1, 1.2);
  let at: Point = [between(0, 1), between(0, 1)];
  const path = Array.from({ length: 4 }, (): Point => {
    const here = at;
    turn += between(-0.4, 0.4);
    at = [here[0] + (length / 3) * cos(turn), here[1] + (length / 3) * sin(turn)];
    return here;
  });
  const [thick, flare, dense] = [between(0.015, 0.13), between(0, 0.8), between(0.15, 0.8)];
  const marrow = chance(0.7) ? between(0.5, 0.9) : 0;
  stroke(canvas, {
    path: openCurve(path),
    radius: (t) => thick * (1 + flare * (2 * t - 1) ** 2),
    add: (r) => {
      const wall = sqrt(1 - r * r);
      return dense * (r < marrow ? wall - 0.7 * sqrt(marrow * marrow - r * r) : wall);
    },
  });
}
