// The detectors in words and figures: who finds a dead region how soon, and who leaves a living one how often.
import { markdownTable } from '../../../markdown-table.ts';
import type { DetectorPoints } from '../detectors.ts';
import { rateText, secondsText, withInterval } from '../figure-texts.ts';

export function detectorText({ points, leftOut }: DetectorPoints): string {
  const rows = points.map((point) => [
    point.rule,
    point.fault,
    String(point.rounds),
    secondsText(point.medianSeconds),
    secondsText(point.p95Seconds),
    withInterval({ value: point.perDay, low: point.low, high: point.high }, rateText),
  ]);
  const head = [
    'rule',
    'the region was',
    'rounds',
    'found: median, s',
    'p95',
    'false drains a day (95 %)',
  ];
  const table = markdownTable(head, rows);
  if (leftOut.length === 0) return table;
  return `${table}\n\nLeft out, because only one of the two measurements has it: ${leftOut.join('; ')}.`;
}
