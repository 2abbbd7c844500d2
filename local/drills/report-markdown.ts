// The report as Markdown: what a person reads in a pull request or an incident channel. Pure.
import type { DrillReport } from './report.ts';
import { clientName } from './report.ts';

export const outcomeText = ({ outcome, stoppedBecause }: DrillReport): string =>
  outcome === 'stopped' ? `STOPPED: ${stoppedBecause}` : outcome.toUpperCase();

export const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

export function reportMarkdown(report: DrillReport): string {
  const { errorBudget, rollback } = report;
  return `${[
    `# ${report.title}: ${outcomeText(report)}`,
    `\`${report.drill}\` of ${report.struck}, ${report.site}, zone ${report.zone}, ${report.startedAt}, ${report.lastedSeconds} s.`,
    `${report.purpose} Hypothesis: ${report.hypothesis}`,
    '## Pass criteria',
    table(
      ['', 'criterion', 'limit', 'measured'],
      report.judgements.map((j) => [
        j.passed ? 'holds' : '**fails**',
        j.criterion,
        j.limit,
        j.measured,
      ]),
    ),
    '## Predicted and measured',
    `The simulator ran the real controllers in virtual time with seeds ${report.prediction.seeds.join(', ')}.`,
    table(
      ['figure', 'predicted', 'measured', ''],
      report.comparison.map((c) => [
        c.figure,
        c.predicted,
        c.measured,
        c.agrees ? 'as predicted' : 'not as predicted',
      ]),
    ),
    '## Clients',
    table(
      ['client', 'sent', 'failed', 'downtime', 'slowest answer', 'answered by'],
      report.findings.clients.map((c) => [
        clientName(c.policy),
        String(c.sent),
        String(c.failed),
        c.downtimeSeconds === null ? 'to the end' : `${c.downtimeSeconds} s`,
        `${(c.slowestMs / 1_000).toFixed(1)} s`,
        c.regionsThatAnswered.join(', '),
      ]),
    ),
    '## Error budget',
    `Objective ${percent(errorBudget.objective)}: ${errorBudget.allowedUserSeconds} s for each user in 30 days.`,
    table(
      ['client', 'uploads lost', 'user-seconds', 'of the month'],
      errorBudget.shares.map((s) => [
        clientName(s.policy),
        `${s.failed} of ${s.sent}`,
        String(s.userSeconds),
        percent(s.shareOfMonth),
      ]),
    ),
    '## Timeline',
    table(
      ['seconds', 'what'],
      report.timeline.map((e) => [e.seconds.toFixed(1), e.what]),
    ),
    '## Proof of rollback',
    rollback.differences.length === 0
      ? 'Nothing differs from before.'
      : rollback.differences.map((d) => `- ${d}`).join('\n'),
    `Records without the term, SHA-256: before \`${rollback.recordsBefore}\`, after \`${rollback.recordsAfter}\`; term ${rollback.termBefore} before, ${rollback.termAfter} after.`,
    report.note,
  ].join('\n\n')}\n`;
}

/** Cells are ours but for ids and words of errors: a bar would end a cell. */
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), `|${head.map(() => ' --- ').join('|')}|`, ...rows.map(line)].join('\n');
}
