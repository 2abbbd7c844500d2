// Comparisons with the simulator as they are kept.
import { expect, test } from '@jest/globals';
import {
  comparisonsText,
  keptComparison,
  parseComparisons,
} from '../../../../bench/leap/report/comparison-file.ts';
import { cellsOf, compared } from '../../../../bench/leap/gate.ts';
import { leapRow } from '../../../support/leap-rows.ts';

const measured = cellsOf([
  leapRow(8),
  leapRow(10, { killedAtMs: 2 }),
  leapRow(1, { client: 'curl' }),
]);
const comparisons = compared(measured, cellsOf([leapRow(9.5)])).map((one) =>
  keptComparison({ folders: ['a-run'], role: 'main' }, one),
);

test('the lab, the simulator and whether they agree are kept, and read back the same', () => {
  expect(comparisons).toMatchObject([
    {
      folders: ['a-run'],
      arm: 'single',
      client: 'first',
      labSeconds: 9,
      simulatedSeconds: 9.5,
      agrees: true,
    },
    { client: 'curl', labSeconds: 1, simulatedSeconds: null, agrees: false },
  ]);
  expect(parseComparisons(comparisonsText(comparisons))).toEqual(comparisons);
});

test.each(['{"folder":"a"}', '{}'])('%s is refused', (line) => {
  expect(() => parseComparisons(`${comparisonsText(comparisons)}${line}\n`)).toThrow(/--compare/);
});
