// The history of a model: one entry a transition, each carrying the hash of the one before, so that what was changed afterwards shows. Pure.
import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { InputError } from '../../fleet/errors.ts';
import type { ModelLife, Stage, Transition } from './lifecycle.ts';
import { stageOf, step, unborn } from './lifecycle.ts';

interface HistoryEntry {
  /** Counted from 1. */
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
  readonly why: string;
  readonly from: Stage;
  readonly to: Stage;
  readonly transition: Transition;
  readonly previous: string;
  readonly hash: string;
}

/** Who does it, when and why: what a transition does not say by itself. */
export type Circumstances = Pick<HistoryEntry, 'at' | 'by' | 'why'>;

export interface History {
  readonly entries: readonly HistoryEntry[];
  readonly life: ModelLife;
  /** The hash of the last entry: noted elsewhere, it also shows a history that was cut short. */
  readonly head: string;
}

/** What the first entry follows. */
const start = '0'.repeat(64);

const text = Type.String({ minLength: 1, maxLength: 500 });
const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const version = Type.String({ pattern: '^\\d+\\.\\d+\\.\\d+$', maxLength: 64 });
const strict = { additionalProperties: false } as const;
const stage = Type.Enum(['draft', 'candidate', 'shadow', 'canary', 'production', 'retired']);
const Transitions = Type.Union([
  Type.Object({ kind: Type.Literal('adopt'), version, manifestSha256: hash }, strict),
  Type.Object({ kind: Type.Literal('publish'), version, manifestSha256: hash }, strict),
  Type.Object(
    {
      kind: Type.Literal('gate'),
      version,
      verdict: Type.Enum(['pass', 'held', 'fail']),
      incumbent: Type.Union([version, Type.Null()]),
      reportSha256: hash,
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('promote'),
      version,
      to: Type.Enum(['shadow', 'canary', 'production']),
      share: Type.Optional(Type.Number()),
      approvals: Type.Array(text, { maxItems: 10 }),
    },
    strict,
  ),
  Type.Object({ kind: Type.Literal('rollback'), version }, strict),
]);
const Entry = Type.Object(
  {
    sequence: Type.Integer({ minimum: 1 }),
    at: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,12}Z$' }),
    by: text,
    why: text,
    from: stage,
    to: stage,
    transition: Transitions,
    previous: hash,
    hash,
  },
  strict,
);
const entryValidator = Compile(Entry);

/** The history of a name that has none yet. */
const noHistory: History = { entries: [], life: unborn, head: start };

/** h(n) = SHA-256(h(n-1) || JSON of entry n without its hash), in hex. */
const hashOf = (entry: Omit<HistoryEntry, 'hash'>): string =>
  createHash('sha256').update(entry.previous).update(JSON.stringify(entry)).digest('hex');

/** `InputError` when the transition is not allowed now. */
export function extended(
  { entries, life, head }: History,
  transition: Transition,
  { at, by, why }: Circumstances,
): History {
  const after = step(life, transition);
  const { version: of } = transition;
  const entry = {
    sequence: entries.length + 1,
    at,
    by,
    why,
    from: stageOf(life, of),
    to: stageOf(after, of),
    transition,
    previous: head,
  };
  const whole = { ...entry, hash: hashOf(entry) };
  return { entries: [...entries, whole], life: after, head: whole.hash };
}

/** Reads entries in their order and takes every step again; `InputError` 'history-broken'. */
export function replayed(texts: readonly string[], where: string): History {
  return texts.reduce<History>((history, json, index) => {
    const entry = entryFrom(json, `${where}, entry ${index + 1}`);
    const { hash: claimed, ...body } = entry;
    if (hashOf(body) !== claimed) throw broken(`${where}, entry ${index + 1}, was changed`);
    if (entry.previous !== history.head || entry.sequence !== index + 1)
      throw broken(
        `${where}, entry ${index + 1}, does not follow the one before: some are missing or were put in`,
      );
    const next = extended(history, entry.transition, entry);
    if (next.head !== claimed)
      throw broken(`${where}, entry ${index + 1}, names stages that its steps do not lead to`);
    return next;
  }, noHistory);
}

function entryFrom(json: string, where: string): HistoryEntry {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw broken(`${where}, is not JSON`);
  }
  if (!entryValidator.Check(value)) throw broken(`${where}, is no entry of a history`);
  // The interface is the contract and the schema its check: this line fails to compile when they part.
  const entry: Static<typeof Entry> = value;
  return entry;
}

const broken = (found: string) =>
  new InputError('history-broken', {
    found,
    why: 'The history says which versions passed which gate, and is only ever added to',
    remedy: 'Restore it from the release or from git',
  });
