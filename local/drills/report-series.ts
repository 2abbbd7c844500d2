// One line for each drill of a series, predicted beside measured, above the reports themselves. Pure.
import type { DrillReport } from './report.ts';
import { outcomeText, table } from './report-markdown.ts';

export const reportFile = ({ drill }: DrillReport): string => `${drill}.md`;

/** In the order of the series, which begins with its earliest drill. */
export function seriesPage(reports: readonly DrillReport[]): string {
  const inOrder = reports.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
  const [first] = inOrder;
  if (first === undefined) return '# Drills, measured\n\nNone has been kept.\n';
  const missed = inOrder.flatMap((report) =>
    report.comparison
      .filter(({ agrees }) => !agrees)
      .map(
        ({ figure, predicted, measured }) =>
          `- ${report.drill}, ${figure}: predicted ${predicted}, measured ${measured}`,
      ),
  );
  return `${[
    '# Drills, measured',
    `Each held once, on ${first.site}, from ${minuteOf(first)} UTC on, with \`evenkeel drill NAME --yes --out FOLDER\`, predicted by the simulator over five seeds; written by \`node --import tsx scripts/keep-drill-reports.ts FOLDER\`. The whole of each report is in the JSON beside it. One machine ran the fleet, its clinics and everything else: seconds are of that machine, ratios and counts carry further.`,
    table(
      [
        'drill',
        'outcome',
        'detected, s (predicted)',
        'left in DNS, s (predicted)',
        'careful clients lost',
        'simple clients lost',
        'longest downtime, s (predicted)',
        'changes',
        'rollback',
      ],
      inOrder.map(row),
    ),
    missed.length === 0
      ? 'Every figure lies within its prediction.'
      : [
          'Figures outside their predictions, which are ranges over five seeds:',
          '',
          ...missed,
        ].join('\n'),
    first.note,
  ].join('\n\n')}\n`;
}

const minuteOf = ({ startedAt }: DrillReport) => startedAt.slice(0, 16).replace('T', ' ');

function row(report: DrillReport): readonly string[] {
  const { comparison, findings, rollback } = report;
  const beside = (figure: string) => {
    const found = comparison.find((c) => c.figure.startsWith(figure));
    if (found === undefined || found.measured === found.predicted) return found?.measured ?? '';
    return `${found.measured} (${found.predicted})`;
  };
  const lost = (policy: string) => {
    const some = findings.clients.filter((client) => client.policy === policy);
    const sum = (key: 'failed' | 'sent') => some.reduce((total, client) => total + client[key], 0);
    return `${sum('failed')} of ${sum('sent')}`;
  };
  return [
    `[${report.drill}](${reportFile(report)})`,
    outcomeText(report),
    beside('detected'),
    beside('left in DNS'),
    lost('every'),
    lost('first'),
    beside('longest downtime'),
    String(findings.changes),
    rollback.differences.length === 0 ? 'proven' : rollback.differences.join('; '),
  ];
}
