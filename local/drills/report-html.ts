// The report as one page: no scripts, nothing fetched, readable by ear and on paper. Pure.
import { htmlTable } from '../html-table.ts';
import { escaped } from './escaped.ts';
import { plotSvg } from './plot.ts';
import { outcomeText, percent } from './report-markdown.ts';
import type { DrillReport } from './report.ts';
import { clientName, plotWindowMs } from './report.ts';

const style = `
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.outcome { display: inline-block; padding: .3rem .8rem; border: 2px solid; border-radius: .3rem; font-weight: 700; }
.passed { color: #1d6b1d; } .failed, .stopped { color: #a11212; }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: #555; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid #ccc; }
td.number { font-variant-numeric: tabular-nums; } code { overflow-wrap: anywhere; }
figure { margin: 1rem 0; } svg { max-width: 100%; height: auto; } figcaption, .note { color: #555; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } h2 { break-after: avoid; } figure, tr { break-inside: avoid; } }
`;

export const reportHtml = (report: DrillReport): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(`${report.title}: ${report.outcome}`)}</title>
<style>${style}</style>
</head>
<body>
<main>
${[heading, criteria, course, prediction, clients, budget, rollback].map((part) => part(report)).join('\n')}
<p class="note">${escaped(report.note)}</p>
</main>
</body>
</html>
`;

const heading = (report: DrillReport): string => `<h1>${escaped(report.title)}</h1>
<p><span class="outcome ${report.outcome}">${escaped(outcomeText(report))}</span></p>
<p><code>${escaped(report.drill)}</code> of ${escaped(report.struck)}, ${escaped(report.site)}, zone ${escaped(report.zone)},
<time datetime="${report.startedAt}">${report.startedAt}</time>, ${report.lastedSeconds} s.</p>
<p>${escaped(report.purpose)} <strong>Hypothesis:</strong> ${escaped(report.hypothesis)}</p>`;

const criteria = ({ judgements }: DrillReport): string => `<h2>Pass criteria</h2>
${htmlTable(
  'Every row must hold',
  ['', 'Criterion', 'Limit', 'Measured'],
  judgements.map((j) => [j.passed ? 'holds' : 'FAILS', j.criterion, j.limit, j.measured]),
)}`;

const course = ({ plot, timeline }: DrillReport): string => `<h2>What happened</h2>
<figure>
${plotSvg(plot)}
<figcaption>Shares are of windows of ${plotWindowMs / 1_000} seconds.</figcaption>
</figure>
${htmlTable(
  'Timeline',
  ['Seconds', 'What'],
  timeline.map((e) => [e.seconds.toFixed(1), e.what]),
)}`;

const prediction = (report: DrillReport): string => `<h2>Predicted and measured</h2>
${htmlTable(
  `The simulator ran the real controllers in virtual time, seeds ${report.prediction.seeds.join(', ')}`,
  ['Figure', 'Predicted', 'Measured', ''],
  report.comparison.map((c) => [
    c.figure,
    c.predicted,
    c.measured,
    c.agrees ? 'as predicted' : 'not as predicted',
  ]),
)}`;

const clients = ({ findings }: DrillReport): string => `<h2>Clients</h2>
${htmlTable(
  'What clinics met',
  ['Client', 'Sent', 'Failed', 'Downtime', 'Slowest answer', 'Answered by'],
  findings.clients.map((c) => [
    clientName(c.policy),
    String(c.sent),
    String(c.failed),
    c.downtimeSeconds === null ? 'to the end' : `${c.downtimeSeconds} s`,
    `${(c.slowestMs / 1_000).toFixed(1)} s`,
    c.regionsThatAnswered.join(', '),
  ]),
)}`;

const budget = ({ errorBudget }: DrillReport): string => `<h2>Error budget</h2>
${htmlTable(
  `Objective ${percent(errorBudget.objective)}: ${errorBudget.allowedUserSeconds} s for each user in 30 days`,
  ['Client', 'Uploads lost', 'User-seconds', 'Of the month'],
  errorBudget.shares.map((s) => [
    clientName(s.policy),
    `${s.failed} of ${s.sent}`,
    String(s.userSeconds),
    percent(s.shareOfMonth),
  ]),
)}`;

const rollback = ({ rollback: proof }: DrillReport): string => `<h2>Proof of rollback</h2>
${
  proof.differences.length === 0
    ? '<p>Nothing differs from before.</p>'
    : `<ul>${proof.differences.map((d) => `<li>${escaped(d)}</li>`).join('')}</ul>`
}
${htmlTable(
  'The zone before and after',
  ['', 'Term', 'Records without the term, SHA-256'],
  [
    ['before', String(proof.termBefore), proof.recordsBefore],
    ['after', String(proof.termAfter), proof.recordsAfter],
  ],
)}`;
