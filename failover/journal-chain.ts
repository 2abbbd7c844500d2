// Chains journal lines by hash, so that a line which was changed, removed or put in afterwards shows.
import { createHash } from 'node:crypto';

/** What the first line of a journal follows. */
export const chainStart = '0'.repeat(64);

/** SHA-256 over the previous line's hash and this line's JSON without its own: h(n) = SHA-256(h(n-1) || body(n)), in hex. */
const hashOf = (previous: string, body: string) =>
  createHash('sha256').update(previous).update(body).digest('hex');

export interface ChainedLine {
  readonly text: string;
  readonly hash: string;
}

/** The line of an entry, without a line feed. Its hash is its last member, over everything before it. */
export function chainedLine(previous: string, entry: object): ChainedLine {
  const body = JSON.stringify({ ...entry, previous });
  const hash = hashOf(previous, body);
  return { text: `${body.slice(0, -1)},"hash":"${hash}"}`, hash };
}

const hashMember = /,"hash":"([0-9a-f]{64})"\}$/;

/** The hash a line carries, true or not; null for what is no whole line. */
export const lineHash = (line: string): string | null => hashMember.exec(line)?.[1] ?? null;

interface ChainFault {
  /** Counted from 1 over all files, the oldest first. */
  readonly line: number;
  readonly found: string;
}

export interface ChainReport {
  readonly lines: number;
  /** Halves of lines that a crash left; nothing that was confirmed was in them. */
  readonly torn: number;
  /** The hash of the last line: noted elsewhere, it also shows a journal that was cut short. */
  readonly head: string;
  readonly faults: readonly ChainFault[];
}

const faultsMax = 20;

/**
 * Verifies a whole journal, the oldest file first. The first line may follow one that was rotated away.
 *
 * | line                                        | verdict                              |
 * |---------------------------------------------|--------------------------------------|
 * | hash over its content does not match        | changed                              |
 * | does not follow the line before             | lines are missing or were put in     |
 * | no JSON with a hash, and the chain goes on  | torn by a crash                      |
 */
export function verifyChain(lines: Iterable<string>): ChainReport {
  const faults: ChainFault[] = [];
  let [line, torn] = [0, 0];
  let head: string | null = null;
  for (const text of lines) {
    line += 1;
    const hash = lineHash(text);
    if (hash === null) {
      torn += 1;
      continue;
    }
    const body = text.replace(hashMember, '}');
    const previous = /,"previous":"([0-9a-f]{64})"\}$/.exec(body)?.[1] ?? '';
    if (hashOf(previous, body) !== hash) faults.push({ line, found: 'its content was changed' });
    else if (head !== null && previous !== head)
      faults.push({
        line,
        found: 'it does not follow the line before: lines are missing or were put in',
      });
    head = hash;
  }
  return { lines: line, torn, head: head ?? chainStart, faults: faults.slice(0, faultsMax) };
}
