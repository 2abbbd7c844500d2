// What if a region dies: the form, and the forecast or the refusal that its last question got. Pure.
import type { ErrorParts } from '../../fleet/errors.ts';
import { strategyExamples } from '../../fleet/strategy-text.ts';
import { escaped } from '../drills/escaped.ts';
import { htmlTable } from '../html-table.ts';
import type { Forecast } from '../what-if/forecast.ts';
import {
  forecastColumns,
  forecastRows,
  forecastTitle,
  gainText,
  priceText,
} from '../what-if/forecast-words.ts';
import { ttlSecondsMax } from '../what-if/question.ts';
import type { WhatIfForm } from './what-if-form.ts';

export type Outcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'forecast'; readonly forecast: Forecast }
  | { readonly kind: 'refused'; readonly code: string; readonly parts: ErrorParts };

export const whatIfHtml = (
  regions: readonly string[],
  form: WhatIfForm,
  outcome: Outcome,
): string => `<h2 id="what-if">What if</h2>
<p>A region dies: what its users lose under a strategy, and what the strategy costs in peace. Nothing is changed by asking; an answer takes some seconds.</p>
${outcome.kind === 'refused' ? refusalHtml(outcome.code, outcome.parts) : ''}
${formHtml(regions, form)}
${outcome.kind === 'forecast' ? forecastHtml(outcome.forecast) : ''}`;

const formHtml = (regions: readonly string[], form: WhatIfForm): string =>
  `<form method="get" action="/ops/what-if#what-if">
<label>Region that dies <select name="region">${regions.map((id) => option(id, form.region)).join('')}</select></label>
<label>Strategy <input name="strategy" value="${escaped(form.strategy)}" list="strategies" autocomplete="off" spellcheck="false"></label>
<datalist id="strategies">${strategyExamples.map((text) => `<option value="${text}"></option>`).join('')}</datalist>
${numberField('TTL in seconds (empty: as published)', 'ttl', form.ttl, ttlSecondsMax)}
${numberField("Requests per second of the region's users (optional)", 'requests-per-second', form.requestsPerSecond)}
${numberField('Kilobytes of a request and its answer (optional)', 'kilobytes', form.kilobytes)}
<button type="submit">Forecast</button>
</form>`;

const option = (id: string, chosen: string): string =>
  `<option${id === chosen ? ' selected' : ''}>${escaped(id)}</option>`;

const numberField = (label: string, name: string, value: string, max?: number): string =>
  `<label>${escaped(label)} <input type="number" name="${name}" min="1"${max === undefined ? '' : ` max="${max}"`} value="${escaped(value)}"></label>`;

const refusalHtml = (code: string, { found, why, remedy }: ErrorParts): string =>
  `<section class="problem" role="alert"><p><strong>Not answered</strong> (<code>${escaped(code)}</code>)</p>
<dl><dt>What happened</dt><dd>${escaped(found)}.</dd><dt>Why</dt><dd>${escaped(why)}.</dd><dt>What to do</dt><dd>${escaped(remedy)}.</dd></dl></section>`;

const forecastHtml = (forecast: Forecast): string => `<section aria-label="Forecast">
<h3>${escaped(forecastTitle(forecast))}</h3>
${htmlTable('Seconds of downtime of a stricken user, by client', forecastColumns, forecastRows(forecast))}
${paragraphs(gainText(forecast))}
<h3>The price in peace</h3>
<ul>${priceText(forecast)
  .map((line) => `<li>${escaped(line)}</li>`)
  .join('')}</ul>
<p>Users taken: ${forecast.all.users}, in ${forecast.all.kills} deaths of the region; <code>evenkeel predict</code> takes more. ${escaped(forecast.population)}</p>
</section>`;

const paragraphs = (lines: readonly string[]): string =>
  lines.map((line) => `<p>${escaped(line)}</p>`).join('');
