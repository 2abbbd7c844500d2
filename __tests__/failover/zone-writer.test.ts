// What was decided long ago is not written any more, though the zone may still be as it was then.
import { expect, test } from '@jest/globals';
import { Chronicle } from '../../failover/chronicle.ts';
import { controllerMetrics } from '../../failover/metrics.ts';
import { ZoneWriter } from '../../failover/zone-writer.ts';
import { diffRecords, planRecords, termOf } from '../../fleet/records.ts';
import { handClock, MemoryJournal, peacetimeZone } from '../support/failover-ports.ts';
import { deploymentOf, intentWith, production } from '../support/fleets.ts';

/** A process that is held up for so long between writing down what it will change and changing it. */
async function writtenAfter(heldUpMs: number) {
  const clock = handClock();
  const zone = peacetimeZone();
  const metrics = controllerMetrics('vantage-dublin');
  const journal = new MemoryJournal();
  const append = journal.append.bind(journal);
  journal.append = async (entry) => {
    await append(entry);
    if (entry.kind === 'intent') clock.now += heldUpMs;
  };
  const chronicle = new Chronicle({ journal, metrics, clock });
  const writer = new ZoneWriter({ store: zone, clock, metrics, chronicle, random: () => 0 });
  writer.follow([]);
  await writer.idle();
  const intent = intentWith([0, false], [10, true], [10, true]);
  const desired = planRecords(production, deploymentOf(production), intent, {
    number: termOf(zone.records).number + 1,
    by: 'vantage-dublin',
  });
  writer.propose({ changes: diffRecords(zone.records, desired), desired, cause: ['test'] });
  await writer.idle();
  const outcome = journal.entries.find(({ kind }) => kind === 'outcome')?.['outcome'];
  return { batches: zone.batches.length, outcome };
}

test('a decision is written within two seconds', async () =>
  expect(await writtenAfter(2_000)).toEqual({ batches: 1, outcome: 'written' }));

test('a process that was held up for longer decides anew', async () =>
  expect(await writtenAfter(2_001)).toEqual({ batches: 0, outcome: 'abandoned' }));
