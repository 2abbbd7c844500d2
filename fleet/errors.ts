// The three kinds of error: what someone can mend, what time may mend, and (everything else) a bug.

export interface ErrorParts {
  /** What was met, with the offending value. */
  readonly found: string;
  /** Why it matters or why it is refused. */
  readonly why: string;
  /** What to do about it. */
  readonly remedy: string;
}

const sentence = ({ found, why, remedy }: ErrorParts) => `${found}. ${why}. ${remedy}.`;

/** Branch on `code`, which stays the same across versions; the words may change. */
class ExplainedError extends Error {
  readonly code: string;
  readonly parts: ErrorParts;

  constructor(code: string, parts: ErrorParts, options?: ErrorOptions) {
    super(sentence(parts), options);
    this.code = code;
    this.parts = parts;
  }
}

/** Someone can mend this: HTTP 4xx, or exit code 2. */
export class InputError extends ExplainedError {
  override readonly name = 'InputError';
}

/** Time may mend this: HTTP 503 with Retry-After, or another attempt with backoff. */
export class TransientError extends ExplainedError {
  override readonly name = 'TransientError';
}

/** Tells the two by name, because an error may have crossed a realm or a process on its way here. */
export const isInputError = (error: unknown): error is InputError =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'InputError';

export const isTransientError = (error: unknown): error is TransientError =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'TransientError';
