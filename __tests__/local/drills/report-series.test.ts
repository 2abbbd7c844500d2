// A series of drills as one table: its order, what each lost, and what was not as predicted.
import { expect, test } from '@jest/globals';
import { drillReport } from '../../../local/drills/report.ts';
import { seriesPage } from '../../../local/drills/report-series.ts';
import { reportInput } from '../../support/drills.ts';

const report = drillReport(reportInput);

test('drills stand in the order in which they were held', () => {
  const earlier = { ...report, drill: 'flapping', startedAt: '2020-01-01T10:00:00.000Z' };
  const page = seriesPage([report, earlier]);
  expect(page).toContain('from 2020-01-01 10:00 UTC on');
  expect(page.indexOf('[flapping](flapping.md)')).toBeLessThan(page.indexOf(`[${report.drill}]`));
});

test('a drill is told with what its clients lost, predicted beside measured', () => {
  const page = seriesPage([report]);
  const sent = report.findings.clients.filter(({ policy }) => policy === 'every');
  expect(page).toContain(`| 0 of ${sent[0]?.sent} |`);
  const [detected] = report.comparison;
  expect(page).toContain(`| ${detected?.measured} (${detected?.predicted}) |`);
});

test('what was not as predicted is named, and only that', () => {
  const [first, ...rest] = report.comparison.map((c) => ({ ...c, agrees: true }));
  const one = { ...report, comparison: [{ ...first!, agrees: false }, ...rest] };
  expect(seriesPage([one])).toContain(`- ${report.drill}, ${first?.figure}: predicted`);
  expect(seriesPage([{ ...report, comparison: rest }])).toContain('Every figure lies within');
});

test('what is left behind by a drill is not called proven', () => {
  const left = { ...report, rollback: { ...report.rollback, differences: ['aws-paris has 8'] } };
  expect(seriesPage([left])).toContain('| aws-paris has 8 |');
});
