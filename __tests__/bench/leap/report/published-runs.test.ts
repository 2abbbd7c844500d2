// The list of the published runs.
import { expect, test } from '@jest/globals';
import { parsePublishedRuns } from '../../../../bench/leap/report/published-runs.ts';

const run = { folder: 'a', backend: 'lab', role: 'main' };
const list = { runs: [run], falseDrains: 'd.json', peers: 'p.json' };
const parsed = (change: object) => parsePublishedRuns(JSON.stringify({ ...list, ...change }));

test('a list is read as it stands', () => {
  expect(parsed({})).toEqual(list);
});

test('what is no JSON is refused', () => {
  expect(() => parsePublishedRuns('{')).toThrow(/not JSON/);
});

test.each([
  [{ runs: [] }, /runs is empty/],
  [{ runs: [{ ...run, backend: 'moto' }] }, /backend "moto".*lab, sim/],
  [{ runs: [{ ...run, role: 'best' }] }, /role "best".*main, browser/],
  [{ runs: [run, run] }, /a is twice/],
  [{ peers: undefined }, /peers is not a file/],
  [{ falseDrains: 3 }, /falseDrains is not a file/],
])('%j is refused with what would do', (change, found) => {
  expect(() => parsed(change)).toThrow(found);
});
