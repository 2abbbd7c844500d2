// How wide a text is in Helvetica or Arial, as near as a layout needs it: the same on every machine, with or without a canvas.

/** Advance widths in ems, by the classes that the fonts' metrics fall into. */
const classes: readonly (readonly [letters: RegExp, ems: number])[] = [
  [/[ijl'|]/, 0.22],
  [/[ tfI.,:;!()[\]/\\-]/, 0.28],
  [/[rs]/, 0.42],
  [/[mMW%@]/, 0.86],
  [/[wA-Z≥±]/, 0.7],
];
const usual = 0.556;
/** Bold letters are wider by so much; too wide is a margin, too narrow a collision. */
const spare = 1.08;

export const textWidth = (text: string, fontSize: number): number =>
  Array.from(text).reduce((sum, letter) => sum + emsOf(letter), 0) * fontSize * spare;

const emsOf = (letter: string): number =>
  classes.find(([letters]) => letters.test(letter))?.[1] ?? usual;
