// What must hold whatever happened on a testbed so far, from the records of the provider, of the witness and of the journals.
import { expect } from '@jest/globals';
import { journalLines } from '../../../failover/adapters/file-journal.ts';
import { verifyChain } from '../../../failover/journal-chain.ts';
import {
  emptySteps,
  largeRaises,
  staleWrites,
  termsBack,
  weightsOver,
} from '../../../failover/lab/zone-history.ts';
import { firstTerm } from './lab-records.ts';
import type { Testbed } from './testbed.ts';

export const stepsOf = (bed: Testbed) =>
  weightsOver(bed.history, Object.fromEntries(bed.fleet.regions.map((r) => [r.id, r.weight])));

export async function expectSafe(bed: Testbed): Promise<void> {
  const { answers = 0, absent } = await bed.witnessCount();
  expect(answers).toBeGreaterThan(100);
  expect({ absent, absences: bed.absences }).toEqual({ absent: 0, absences: [] });
  expect(staleWrites(bed.history, firstTerm)).toEqual([]);
  expect(largeRaises(stepsOf(bed), bed.fleet)).toEqual([]);
  expect(emptySteps(stepsOf(bed))).toBe(0);
  expect(termsBack(bed.views)).toEqual([]);
  for (const vantage of bed.vantages)
    expect(verifyChain(await journalLines(bed.stateDirectory(vantage))).faults).toEqual([]);
}
