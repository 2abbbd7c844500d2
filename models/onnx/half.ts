// Half precision (IEEE 754 binary16) to and from single precision: round to nearest, ties to even, subnormals kept.

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** Largest finite half. */
export const halfMax = 65_504;

/** The 16 bits of the half nearest to `value`, which is first rounded to single precision. */
export function halfFromFloat(value: number): number {
  scratch[0] = value;
  const bits = scratchBits[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude > 0x7f80_0000) return sign | 0x7e00; // NaN
  // 65520 lies half-way between the largest half and the next power of two: from there on, infinity.
  if (magnitude >= 0x477f_f000) return sign | 0x7c00;
  if (magnitude < 0x3880_0000) return sign | subnormalFromFloat(Math.abs(scratch[0]));
  // Rebias the exponent from 127 to 15, then add just under half of the last place, and one more if that place is odd.
  const rebased = magnitude - 0x3800_0000;
  return sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13);
}

/** Below 2^-14 halves are multiples of 2^-24; the scaling is exact, so that only the rounding below loses anything. */
function subnormalFromFloat(magnitude: number): number {
  const scaled = magnitude * 2 ** 24;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  if (rest > 0.5 || (rest === 0.5 && floor % 2 === 1)) return floor + 1;
  return floor;
}

/** The exact value of a half given as 16 bits. */
export function floatFromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export const halvesFromFloats = (values: Float32Array): Uint16Array =>
  Uint16Array.from(values, halfFromFloat);

export const floatsFromHalves = (halves: Uint16Array): Float32Array =>
  Float32Array.from(halves, floatFromHalf);
