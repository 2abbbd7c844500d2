// How phases follow each other: what can, what never does, and that the page that shows it is the code's own.
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyFacts, mayFollow, phaseChanges } from '../../../failover/core/phase-changes.ts';
import { phases } from '../../../failover/core/phase.ts';
import { phasesText } from '../../../scripts/write-phases.ts';

test('every combination that can be is looked at: all but those in which nobody is up and this region is', () => {
  expect(everyFacts).toHaveLength(192 - 24);
});

test('of all changes one never happens: a region that has all its weight is not given some of it', () => {
  const never = phases.flatMap((from) =>
    phases.flatMap((to) => (from === to || mayFollow(from, to) ? [] : [`${from} > ${to}`])),
  );
  expect(never).toEqual(['HEALTHY > RESTORING']);
});

test('a region comes back by probation and steps, or at once as a stand-in', () => {
  expect(phaseChanges.DRAINED.HEALTHY).toEqual([]);
  expect(phaseChanges.DRAINED.RESTORING).toEqual([]);
  expect(phaseChanges.ADMIN_DRAINED.HEALTHY).toEqual([]);
  expect(phaseChanges.ADMIN_DRAINED.PROBATION).toEqual(['order']);
  expect(phaseChanges.PROBATION.RESTORING).toEqual(['weight']);
  expect(phaseChanges.PROBATION.HEALTHY).toEqual(['weight']);
  expect(phaseChanges.RESTORING.HEALTHY).toEqual(['weight']);
});

test('a region is left by a batch, and is drained when every name server serves it', () => {
  expect(phaseChanges.DOWN.DRAINING).toContain('weight');
  expect(phaseChanges.DRAINING.DRAINED).toEqual(['served']);
  expect(phaseChanges.HEALTHY.DRAINING).toEqual(['order']);
  expect(phaseChanges.HEALTHY.DRAINED).toEqual([]);
});

test('docs/phases.md says what the code says (node --import tsx scripts/write-phases.ts)', () => {
  const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'phases.md'), 'utf8');
  expect(page).toBe(phasesText());
});
