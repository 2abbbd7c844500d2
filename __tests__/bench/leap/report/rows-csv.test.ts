// All rows as one file that any tool reads.
import { expect, test } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import { compressedLines, rowCsv, rowsCsvHead } from '../../../../bench/leap/report/rows-csv.ts';
import { leapRow } from '../../../support/leap-rows.ts';
import { labRun } from '../../../support/leap-runs.ts';

test('a row is a line under the names of its columns, with its run', () => {
  const row = leapRow(4.0014, { arm: 'hedge:1:1', firstAddressAliveShare: 2 / 3 });
  const cells = rowCsv(labRun, row).split(',');
  const named = Object.fromEntries(rowsCsvHead.split(',').map((name, i) => [name, cells[i]]));
  expect(named).toMatchObject({
    run: 'a-run',
    backend: 'lab',
    arm: 'hedge:1:1',
    downtimeMs: '4001.4',
    firstAddressAliveShare: '0.667',
    zeroDowntime: 'false',
  });
  expect(cells).toHaveLength(rowsCsvHead.split(',').length);
});

test('more lines than a part holds come out as they went in', () => {
  const lines = Array.from({ length: 45_000 }, (_, i) => `line ${i}`);
  expect(gunzipSync(compressedLines(lines)).toString('utf8')).toBe(`${lines.join('\n')}\n`);
});
