import { expect, test } from '@jest/globals';
import { plotText } from '../../../local/drills/plot.ts';
import { reportHtml } from '../../../local/drills/report-html.ts';
import { reportMarkdown } from '../../../local/drills/report-markdown.ts';
import { drillReport } from '../../../local/drills/report.ts';
import { killedAndBack, reportInput } from '../../support/drills.ts';

const report = drillReport(reportInput);

test('a drill whose criteria all hold has passed', () => {
  expect(report.judgements.filter(({ passed }) => !passed)).toEqual([]);
  expect(report).toMatchObject({ outcome: 'passed', stoppedBecause: null, lastedSeconds: 60 });
});

test('a drill that was stopped has not passed, whatever its figures', () => {
  const log = { ...reportInput.log, stoppedBecause: 'stopped by hand' };
  expect(drillReport({ ...reportInput, log }).outcome).toBe('stopped');
});

test('one criterion that fails fails the drill', () => {
  const facts = { ...killedAndBack, answers: [] };
  expect(drillReport({ ...reportInput, facts }).outcome).toBe('failed');
});

test('the error budget counts lost uploads as seconds of the drill, against a month', () => {
  expect(report.errorBudget).toMatchObject({ objective: 0.999, allowedUserSeconds: 2_592 });
  expect(report.errorBudget.shares).toEqual([
    { policy: 'every', sent: 3, failed: 0, userSeconds: 0, shareOfMonth: 0 },
    { policy: 'first', sent: 4, failed: 2, userSeconds: 30, shareOfMonth: 30 / 2_592 },
  ]);
});

test('a figure outside its predicted range is said to be', () => {
  const returned = report.comparison.find(({ figure }) => figure.startsWith('returned'));
  expect(returned).toMatchObject({ predicted: '28 to 29', measured: '30', agrees: false });
  const changes = report.comparison.find(({ figure }) => figure.startsWith('changes'));
  expect(changes).toMatchObject({ predicted: '5', measured: '5', agrees: true });
});

test('what never happened agrees only with a prediction in which it might not', () => {
  const facts = { ...killedAndBack, verdicts: [] };
  const agrees = (never: number) =>
    drillReport({
      ...reportInput,
      facts,
      prediction: {
        ...reportInput.prediction,
        detectionSeconds: { low: null, high: null, never },
      },
    }).comparison[0]?.agrees;
  expect([agrees(2), agrees(0)]).toEqual([true, false]);
});

test('the timeline is in order: struck, found down, left, over', () => {
  const times = report.timeline.map(({ seconds }) => seconds);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(report.timeline.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      'kill strikes aws-paris for 20 s',
      'vantage-dublin finds aws-paris down',
      'term 2: aws-paris 0, gcp-belgium 10, azure-frankfurt 10',
      'the name servers answer without aws-paris',
      'the last fault ends',
    ]),
  );
});

test('the plot tells in words what it draws', () => {
  expect(plotText(report.plot)).toBe(
    'Faults: kill of aws-paris from 0 to 20 s. Success, client that tries every address: never below 100 %; ' +
      'client that tries one address: never below 0 %. Weights, aws-paris: from 80 down to 0, at the end 80; ' +
      'gcp-belgium: from 10 down to 10, at the end 10; azure-frankfurt: from 10 down to 10, at the end 10.',
  );
});

const html = reportHtml(report);

test('the page runs nothing and fetches nothing', () => {
  expect(html).toContain("default-src 'none'");
  expect(html).not.toMatch(/<script|<link|<img|\bsrc=|url\(|\bon[a-z]+="/i);
});

test('the page can be read by ear: a language, one heading, a described picture, headed columns', () => {
  expect(html).toMatch(/<html lang="en">/);
  expect(html.match(/<h1>/g)).toHaveLength(1);
  expect(html).toMatch(/<svg[^>]*role="img"[^>]*aria-labelledby="plot-title plot-text"/);
  expect(html.match(/<table>/g)?.length).toBe(html.match(/<caption>/g)?.length);
  expect(html).not.toMatch(/<th(?! scope="col")[ >]/);
});

test('words from elsewhere cannot become markup, in any form of the report', () => {
  const evil = '<script>alert("1")</script>|';
  const log = { ...reportInput.log, stoppedBecause: evil };
  const stopped = drillReport({ ...reportInput, log, site: evil });
  expect(reportHtml(stopped)).not.toContain('<script>');
  const row = reportMarkdown(stopped)
    .split('\n')
    .find((line) => line.includes('stopped: ') && line.startsWith('|'));
  expect(row).toMatch(/\\\| \|$/);
});

test('every form says that it is research software, and shows the proof', () => {
  for (const text of [html, reportMarkdown(report)]) {
    expect(text).toContain('not a medical device');
    expect(text).toContain(report.rollback.recordsAfter);
    expect(text).toContain(report.startedAt);
  }
});

test('a difference that is left is listed', () => {
  const rollback = { ...reportInput.rollback, differences: ['aws-paris does not answer'] };
  const left = drillReport({ ...reportInput, rollback });
  expect(left.outcome).toBe('failed');
  expect(reportHtml(left)).toContain('<li>aws-paris does not answer</li>');
  expect(reportMarkdown(left)).toContain('- aws-paris does not answer');
});
