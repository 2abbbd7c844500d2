// After a restart the journal's last open batch is compared with the zone, and what became of it is said.
import { expect, test } from '@jest/globals';
import { reconcile } from '../../failover/reconcile.ts';
import type { JournalEntry } from '../../failover/ports.ts';
import { vantageId } from '../../fleet/fleet.ts';
import { peacetimeIntent, planRecords } from '../../fleet/records.ts';
import { deploymentOf, production } from '../support/fleets.ts';

const me = vantageId('vantage-dublin');
const zoneAt = (number: number, by: string) =>
  planRecords(production, deploymentOf(production), peacetimeIntent(production), { number, by });
const intent = (term: number): JournalEntry => ({ kind: 'intent', term });
const outcome = (term: number): JournalEntry => ({ kind: 'outcome', term, outcome: 'written' });

test.each([
  ['an empty journal', []],
  ['a batch with its outcome', [intent(42), outcome(42)]],
  ['an older open batch before a finished one', [intent(41), intent(42), outcome(42)]],
])('%s leaves nothing open', (_, journal) => {
  expect(reconcile(journal, zoneAt(42, me), me)).toBeNull();
});

test.each([
  ['applied', 42, me, /^applied$/],
  ['fenced', 42, 'vantage-finland', /^fenced: term 42 is by vantage-finland$/],
  ['not applied', 41, 'vantage-finland', /^not applied: the zone is at term 41$/],
  ['overtaken', 43, me, /^overtaken: the zone is at term 43$/],
])('%s', (_, number, by, words) => {
  const found = reconcile([intent(41), outcome(41), intent(42)], zoneAt(number, by), me);
  expect(found).toMatchObject({
    kind: 'reconciled',
    term: 42,
    found: expect.stringMatching(words),
  });
});

test('with the zone unread nothing is claimed', () => {
  expect(reconcile([intent(42)], null, me)).toMatchObject({
    found: expect.stringMatching(/^unknown/),
  });
});
