// One bug that somebody could write, as an exact replacement of text.

export interface PlantedBug {
  /** What the bug does, in the words of whoever would find it. */
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in the file; otherwise the list is out of date. */
  readonly find: string;
  readonly replace: string;
}
