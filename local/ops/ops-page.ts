// The operators' page: what the fleet does, and the what-if form. No scripts, nothing fetched, readable by ear. Pure.
import { createHash } from 'node:crypto';
import { subjectOf } from '../../failover/core/command.ts';
import { disclaimer } from '../../fleet/study.ts';
import { escaped } from '../drills/escaped.ts';
import type { FleetView } from '../fleet-view.ts';
import { htmlTable } from '../html-table.ts';
import { whatIfHtml } from './what-if-html.ts';
import type { Outcome } from './what-if-html.ts';
import { blankForm } from './what-if-form.ts';
import type { WhatIfForm } from './what-if-form.ts';

export interface OpsPage {
  readonly view: FleetView;
  readonly seenAt: Date;
  /** Null on a first visit: the fields then hold what stands. */
  readonly form: WhatIfForm | null;
  readonly outcome: Outcome;
}

const style = `
:root { color-scheme: light dark; --line: light-dark(#8894a0, #5d6a76); --bad: light-dark(#a3261c, #ff9d8f); }
body { font: 1rem/1.5 system-ui, sans-serif; color: light-dark(#16202a, #e6ebf0); background: light-dark(#f4f6f8, #101418); max-width: 72rem; margin: 0 auto; padding: 0 1rem 3rem; }
.disclaimer { padding: .6rem 1rem; margin: 0 -1rem; color: light-dark(#4a3500, #ffe08a); background: light-dark(#fff3cd, #3a2f0b); border-bottom: 2px solid; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); }
td:first-child, td.number { white-space: nowrap; } td.number { font-variant-numeric: tabular-nums; } code { overflow-wrap: anywhere; }
.bad, .problem { border-left: .3rem solid var(--bad); padding-left: .8rem; }
form { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); align-items: end; }
label { display: grid; } input, select, button { font: inherit; padding: .4rem; min-height: 2.75rem; }
dt { font-weight: 700; } dd { margin: 0 0 .5rem; }
`;

/** What the page may do: be laid out by its own style, and send its form here. */
export const opsPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const opsHtml = (page: OpsPage): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title(page))}</title>
<style>${style}</style>
</head>
<body>
<div class="disclaimer" role="note">${escaped(disclaimer)}</div>
<main>
<h1>${escaped(`${page.view.zone}: operations`)}</h1>
<p>Seen at <time datetime="${page.seenAt.toISOString()}">${page.seenAt.toISOString()}</time>. <a href="/ops">Look again</a></p>
${[condition, strategy, regions, answers, vantages, standing].map((part) => part(page.view)).join('\n')}
${whatIf(page)}
</main>
</body>
</html>
`;

const outcomeTitles = { none: '', forecast: 'Forecast · ', refused: 'Not answered · ' } as const;

/** What a screen reader says first, and a tab shows. */
const title = ({ view, outcome }: OpsPage): string =>
  `${outcomeTitles[outcome.kind]}${view.zone} · operations`;

const condition = ({ degraded }: FleetView): string =>
  degraded.length === 0
    ? '<p>Nothing is degraded.</p>'
    : `<section class="bad" aria-label="Degraded"><p><strong>Degraded:</strong></p><ul>${degraded
        .map((text) => `<li>${escaped(text)}</li>`)
        .join('')}</ul></section>`;

const strategy = (view: FleetView): string =>
  `<p>Strategy: <strong>${escaped(view.strategy ?? 'unknown: no vantage answers')}</strong>, term ${escaped(String(view.term ?? 'unknown'))}. ` +
  'Change it with <code>evenkeel strategy set</code>, after a look at <a href="#what-if">what if</a>.</p>';

const regions = (view: FleetView): string => `<h2>Regions</h2>
${htmlTable(
  'Verdicts and weights',
  ['Region', 'Phase', 'Fault', 'Weight', 'Usually', 'Vantages say', 'Because'],
  view.regions.map(({ id, phase, fault, weight, opinions, because }) => [
    id,
    phase ?? 'unknown',
    fault ?? 'none',
    String(weight.zone ?? 'unknown'),
    String(weight.normal),
    Object.entries(opinions)
      .map(([vantage, opinion]) => `${vantage} ${opinion}`)
      .join(', '),
    because ?? '',
  ]),
)}`;

const answers = (view: FleetView): string => `<h2>Answers</h2>
${htmlTable(
  'What is intended, and what the name server said to one question',
  ['Name', 'Intended', 'Answered', 'Agrees'],
  view.answers.map(({ name, intended, answered, agrees }) => [
    name,
    intended.join(' '),
    answered.join(' ') || 'nothing',
    agrees ? 'agrees' : 'DIFFERS',
  ]),
)}`;

const vantages = (view: FleetView): string => `<h2>Vantages</h2>
<ul>${view.vantages.map(({ id, answers: heard }) => `<li>${escaped(id)} ${heard ? 'watches' : 'DOES NOT ANSWER'}</li>`).join('')}</ul>`;

/** What people have ordered, and what they have raised. */
function standing({ orders, flags }: FleetView): string {
  const lines = [
    ...orders.map(
      (o) =>
        `Order: ${o.kind} ${subjectOf(o)} for ${Math.ceil(o.remainingMs / 1_000)} s more (${o.reason}, ${o.actor})`,
    ),
    ...flags.map((f) => `Flag: ${f.region} since ${f.raisedAt} (${f.reason}, ${f.actor})`),
  ];
  if (lines.length === 0) return '<p>No order and no flag stands.</p>';
  return `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`;
}

const whatIf = ({ view, form, outcome }: OpsPage): string =>
  whatIfHtml(
    view.regions.map(({ id }) => id),
    form ?? { ...blankForm, strategy: view.strategy ?? '' },
    outcome,
  );
