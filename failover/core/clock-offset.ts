// How far another's wall clock is ahead, from one question and its answer (Cristian 1989): for people, never for decisions (I9).

export interface ClockReading {
  /** The other's wall clock when it answered. */
  readonly theirsWallMs: number;
  /** Our own when the answer was here, and how long asking took. */
  readonly oursWallMs: number;
  readonly tookMs: number;
}

/** Exact to half of what asking took: the answer was given somewhere in between. */
export const clockOffsetMs = ({ theirsWallMs, oursWallMs, tookMs }: ClockReading): number =>
  theirsWallMs - (oursWallMs - tookMs / 2);
