// After a restart: compares the last batch that was about to be sent with the zone, and says what became of it.
import type { VantageId } from '../fleet/fleet.ts';
import { termOf } from '../fleet/records.ts';
import type { RecordSet } from '../fleet/records.ts';
import type { JournalEntry } from './ports.ts';

/**
 * Null when nothing was left open. Nothing is undone or repeated here: the next beat plans from the zone as it is, and
 * the term fences whatever of the old process may still arrive.
 *
 * | zone now                        | what became of the batch of term n        |
 * |---------------------------------|-------------------------------------------|
 * | not read                        | unknown                                   |
 * | term n, by this vantage         | applied                                   |
 * | term n, by another              | fenced                                    |
 * | term above n                    | overtaken: applied or fenced before that  |
 * | term below n                    | not applied, and fenced if it comes late only after the next change |
 */
export function reconcile(
  journal: readonly JournalEntry[],
  records: readonly RecordSet[] | null,
  vantage: VantageId,
): JournalEntry | null {
  const last = journal.findLastIndex((entry) => entry.kind === 'intent');
  const intent = journal[last];
  if (intent === undefined) return null;
  const term = Number(intent['term']);
  if (journal.slice(last).some((e) => e.kind === 'outcome' && e['term'] === term)) return null;
  return { kind: 'reconciled', term, found: foundIn(records, term, vantage) };
}

function foundIn(records: readonly RecordSet[] | null, term: number, vantage: VantageId): string {
  if (records === null) return 'unknown: the zone could not be read';
  const { number, by } = termOf(records);
  if (number < term) return `not applied: the zone is at term ${number}`;
  if (number > term) return `overtaken: the zone is at term ${number}`;
  return by === vantage ? 'applied' : `fenced: term ${number} is by ${by}`;
}
