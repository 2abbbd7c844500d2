// Turns a class activation map into a picture to lay over the radiograph: clear where nothing speaks for the finding.
import type { RgbaImage } from './encode.ts';

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { floor, max, min, round } = Math;

export interface EvidenceMap {
  readonly width: number;
  readonly height: number;
  /** Calibrated log-odds above the decision threshold, per place; positive speaks for the finding. */
  readonly values: Float32Array;
}

const overlaySide = 448;
/** Log-odds of 6, 400 to 1, that count as full strength even when nothing in the film is stronger: a clear film must not glow. */
const strengthFloor = 6;
const opacityMax = 0.7;

/** Dark violet over red and orange to pale yellow: lightness rises evenly, so that grey prints and colour-blind eyes see the order. */
const ramp = [
  [64, 16, 110],
  [140, 35, 105],
  [205, 65, 75],
  [245, 130, 50],
  [252, 190, 70],
  [252, 240, 150],
] as const;

const shadeCount = 256;
/** Colour and opacity of each strength from none to full, four bytes each. */
const shades = Uint8Array.from(
  Array.from({ length: shadeCount }, (_, i) => shadeOf(i / (shadeCount - 1))).flat(),
);

/** Squashed like the model's input: stretched over the whole film it lies where the model looked. */
export function overlay(evidence: EvidenceMap): RgbaImage {
  const { width, height, values } = evidence;
  const strongest = values.reduce((a, b) => max(a, b), strengthFloor);
  const columns = Array.from({ length: overlaySide }, (_, x) => between(x, width));
  const pixels = new Uint8Array(overlaySide * overlaySide * 4);
  for (let y = 0, i = 0; y < overlaySide; y++) {
    const { low, high, share } = between(y, height);
    // One row of the map at this height, between the two rows of cells around it.
    const row = Float64Array.from({ length: width }, (_, column) =>
      mix(values[low * width + column] ?? 0, values[high * width + column] ?? 0, share),
    );
    for (const column of columns) {
      const value = mix(row[column.low] ?? 0, row[column.high] ?? 0, column.share);
      const shade = 4 * round((shadeCount - 1) * max(0, value / strongest));
      for (let part = 0; part < 4; part++) pixels[i++] = shades[shade + part] ?? 0;
    }
  }
  return { width: overlaySide, height: overlaySide, pixels };
}

/** Between the centres of the cells, and level beyond the outermost. */
function between(position: number, cells: number) {
  const cell = min(max(((position + 0.5) * cells) / overlaySide - 0.5, 0), cells - 1);
  const low = floor(cell);
  return { low, high: min(low + 1, cells - 1), share: cell - low };
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

function shadeOf(strength: number): readonly number[] {
  const position = strength * (ramp.length - 1);
  const low = min(floor(position), ramp.length - 2);
  const [from, to] = [ramp[low], ramp[low + 1]];
  const colour = [0, 1, 2].map((c) => round(mix(from?.[c] ?? 0, to?.[c] ?? 0, position - low)));
  // Flat at both ends, so that there is no visible edge where the evidence begins.
  const opacity = opacityMax * strength * strength * (3 - 2 * strength);
  return [...colour, round(255 * opacity)];
}
