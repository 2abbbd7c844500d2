// A flag over a region: an object whose mere existence leads users away, and what people write into it for each other.

/** Nothing in it has an effect: Route 53's checkers look only at whether it can be read. */
export interface FlagNote {
  readonly reason: string;
  readonly actor: string;
  /** ISO 8601. */
  readonly raisedAt: string;
  /** Until when it is meant to stand. It ends when somebody lowers it, and not before. */
  readonly until: string;
}

/** The folder of flags, wherever they are kept; only objects below it can be read by everyone. */
export const flagFolder = 'flags/';

export const flagBytesMax = 4_096;
const textLengthMax = 200;

export const flagText = (note: FlagNote): string => `${JSON.stringify(note, null, 2)}\n`;

/** Whatever it contains, an object is a flag: somebody in haste puts an empty one. */
export function flagNoteIn(text: string): FlagNote {
  const { reason, actor, raisedAt, until } = recordIn(text);
  return {
    reason: textOf(reason, 'no reason given'),
    actor: textOf(actor, 'somebody'),
    raisedAt: textOf(raisedAt, ''),
    until: textOf(until, ''),
  };
}

function recordIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const textOf = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value.trim() !== '' ? value.slice(0, textLengthMax) : otherwise;
