// Why, from a journal: verdicts, decision, batch and what became of it.
import { expect, test } from '@jest/globals';
import { explain, explanationText, isTimed } from '../../failover/explain.ts';
import type { TimedEntry } from '../../failover/explain.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 12, 0, seconds)).toISOString();
const atMs = (seconds: number) => Date.parse(at(seconds));
const hourMs = 3_600_000;

const journal: readonly TimedEntry[] = [
  { at: at(0), kind: 'verdict', region: 'aws-paris', standing: 'up', because: 'all say up' },
  { at: at(1), kind: 'verdict', region: 'gcp-belgium', standing: 'up', because: 'all say up' },
  { at: at(10), kind: 'verdict', region: 'aws-paris', standing: 'down', because: 'two say down' },
  {
    at: at(10),
    kind: 'decision',
    reasons: [{ region: 'aws-paris', rule: 'leave-down', text: '80 -> 0; two say down' }],
  },
  {
    at: at(11),
    kind: 'intent',
    term: 2,
    cause: ['aws-paris leave-down: 80 -> 0'],
    changes: ['UPSERT x'],
  },
  { at: at(12), kind: 'outcome', term: 2, outcome: 'written', changeId: 'c' },
  { at: at(14), kind: 'settled', term: 2, tookMs: 2_900 },
  {
    at: at(20),
    kind: 'order',
    what: 'drain',
    about: 'gcp-belgium',
    actor: 'ada',
    reason: 'storm',
  },
  {
    at: at(30),
    kind: 'intent',
    term: 3,
    cause: ['gcp-belgium leave-order'],
    changes: ['UPSERT y'],
  },
  { at: at(31), kind: 'outcome', term: 3, outcome: 'fenced', detail: 'term is 4' },
];

test('at a moment, each region has the verdict that stood then', () => {
  const { verdicts, decision } = explain(journal, atMs(5), hourMs);
  expect(verdicts.map((v) => [v['region'], v['standing']])).toEqual([
    ['aws-paris', 'up'],
    ['gcp-belgium', 'up'],
  ]);
  expect(decision).toBeNull();
});

test('a batch is told with what became of it, also when that came later', () => {
  const { batch } = explain(journal, atMs(11), hourMs);
  expect(batch.map(({ kind }) => kind)).toEqual(['intent', 'outcome', 'settled']);
});

test('what became of another batch is not told of this one', () => {
  const { batch } = explain(journal, atMs(60), hourMs);
  expect(batch.map(({ kind, ...rest }) => [kind, rest['term']])).toEqual([
    ['intent', 3],
    ['outcome', 3],
  ]);
});

test('an order is told while it may still stand', () => {
  expect(explain(journal, atMs(25), hourMs).orders).toHaveLength(1);
  expect(explain(journal, atMs(15), hourMs).orders).toHaveLength(0);
  expect(explain(journal, atMs(25) + hourMs, hourMs).orders).toHaveLength(0);
});

test('a vantage that was blind says so, and since when it sees again', () => {
  const blind: TimedEntry = {
    at: at(2),
    kind: 'sight',
    abstains: true,
    why: 'reaches 0 of 3 canaries',
  };
  const seeing: TimedEntry = {
    at: at(8),
    kind: 'sight',
    abstains: false,
    why: 'enough canaries answer',
  };
  const textAt = (seconds: number) =>
    explanationText('v', explain([blind, seeing, ...journal], atMs(seconds), hourMs));
  expect(textAt(1)).toContain('sight: none');
  expect(textAt(5)).toContain(`${at(2)} abstains: reaches 0 of 3 canaries`);
  expect(textAt(9)).toContain(`${at(8)} bears witness again: enough canaries answer`);
});

test('people read one fact per line', () => {
  const text = explanationText('vantage-dublin', explain(journal, atMs(15), hourMs));
  expect(text).toContain('vantage-dublin at 2026-11-21T12:00:15.000Z');
  expect(text).toContain(`aws-paris down since ${at(10)}: two say down`);
  expect(text).toContain('aws-paris leave-down: 80 -> 0; two say down');
  expect(text).toContain('served by every name server, 2900 ms after it was sent');
  expect(text).toContain('orders: none');
});

test('before anything happened nothing is explained, and nothing fails', () =>
  expect(explanationText('v', explain([], 0, hourMs))).toContain('last batch: none'));

test('a line without a time is no evidence', () => {
  expect(isTimed({ kind: 'started' })).toBe(false);
  expect(isTimed({ kind: 'started', at: 'yesterday' })).toBe(false);
  expect(isTimed({ kind: 'started', at: at(0) })).toBe(true);
});
