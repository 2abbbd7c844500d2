// How the arms of the leap goal are told apart in every figure: by colour and dash.
import { palette } from '../../../../figures/house-style.ts';

interface ArmStyles {
  readonly domain: readonly string[];
  readonly colours: readonly string[];
  readonly dashes: readonly (readonly number[])[];
}

/** By kind: what publishes the same in peace has one colour. */
const colours: Readonly<Record<string, string>> = {
  control: palette.black,
  single: palette.vermillion,
  failover: palette.vermillion,
  weighted: palette.vermillion,
  widen: palette.orange,
  hedge: palette.blue,
  'duplicate-sets': palette.sky,
  multi: palette.green,
};
const dashes = [
  [1, 0],
  [7, 3],
  [2, 2],
  [7, 2, 2, 2],
] as const;

const colourOf = (arm: string): string => colours[arm.split(/[: ]/)[0] ?? ''] ?? palette.purple;

/** A colour for its kind, and a dash for which of that colour it is: print and every eye tell two arms apart. */
export function armStyles(arms: readonly string[]): ArmStyles {
  const before = (arm: string, i: number) =>
    arms.slice(0, i).filter((other) => colourOf(other) === colourOf(arm)).length;
  return {
    domain: arms,
    colours: arms.map(colourOf),
    dashes: arms.map((arm, i) => dashes[before(arm, i) % dashes.length] ?? dashes[0]),
  };
}

/** One legend for colour and dash. */
export function armEncoding(arms: readonly string[]) {
  const { domain, colours: range, dashes: strokes } = armStyles(arms);
  const field = { field: 'arm', type: 'nominal', sort: [...domain], title: 'arm' } as const;
  return {
    color: { ...field, scale: { domain: [...domain], range: [...range] } },
    strokeDash: {
      ...field,
      scale: { domain: [...domain], range: strokes.map((dash) => [...dash]) },
    },
  };
}

/** The control has no end that anybody waited for. */
export const armLabel = (arm: string): string =>
  arm === 'control' ? 'control (lower bound)' : arm;
