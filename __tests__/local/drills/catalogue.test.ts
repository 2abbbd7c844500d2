// The catalogue against itself, against every fleet, and against the pages that people read.
import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentNames } from '../../../fleet/fleet.ts';
import { fleetFor } from '../../../fleet/environments.ts';
import { catalogue, drillNamed } from '../../../local/drills/catalogue.ts';
import { runbookFile, runbookIndex, runbookPage } from '../../../local/drills/runbook.ts';
import { endOf, scheduleOf, spanOfStruck, struckRegion } from '../../../local/drills/strikes.ts';

const folder = join(__dirname, '..', '..', '..', 'docs', 'runbook', 'drills');

/** Prettier pads tables and chooses its own quotes and bullets; the words and figures must be the same. */
const words = (text: string) => text.replaceAll(/[\s\\]+/g, ' ').replaceAll(/-{3,}/g, '---');

test.each(catalogue)('the page of $name says what the catalogue says', (drill) => {
  expect(words(readFileSync(join(folder, runbookFile(drill)), 'utf8'))).toBe(
    words(runbookPage(drill)),
  );
});

test('there is a page for each drill, an index, and nothing else', () => {
  expect(readdirSync(folder).sort()).toEqual(['README.md', ...catalogue.map(runbookFile)].sort());
  expect(words(readFileSync(join(folder, 'README.md'), 'utf8'))).toBe(
    words(runbookIndex(catalogue)),
  );
});

test('names are unique, and a wrong one is answered with the right ones', () => {
  const names = catalogue.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(() => drillNamed('fire')).toThrow(
    expect.objectContaining({
      code: 'unknown-drill',
      message: expect.stringContaining('flapping') as unknown as string,
    }),
  );
});

test.each(catalogue)('$name proves that it left nothing behind, and can be lost', (drill) => {
  const kinds = drill.criteria.map(({ kind }) => kind);
  expect(kinds).toContain('rolled-back');
  expect(kinds).toContain('careful-success');
  expect(kinds.length).toBeGreaterThan(2);
  expect(drill.stop.carefulSuccessMin).toBeGreaterThan(0);
});

test.each(environmentNames.flatMap((name) => catalogue.map((drill) => ({ name, drill }))))(
  '$drill.name fits the fleet of $name',
  ({ name, drill }) => {
    const fleet = fleetFor(name);
    for (const { id } of fleet.regions) {
      const schedule = scheduleOf(drill, fleet, struckRegion(fleet, id));
      expect(endOf(schedule)).toBeLessThanOrEqual(fleet.steering.orderMsMax);
      const known = [...fleet.regions, ...fleet.vantages].map((one): string => one.id);
      expect(schedule.filter(({ target }) => !known.includes(target))).toEqual([]);
    }
  },
);

test('a drill that says that a region is left strikes one', () => {
  const fleet = fleetFor('local');
  const struck = struckRegion(fleet, undefined);
  for (const drill of catalogue.filter((d) => d.criteria.some(({ kind }) => kind === 'left')))
    expect(spanOfStruck(scheduleOf(drill, fleet, struck), struck)).not.toBeNull();
});
