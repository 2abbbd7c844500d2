// Whole populations in production: what each strategy leaves of their downtime, and what it costs in peace.
import { markdownTable } from '../../../markdown-table.ts';
import { codeText, percentText, secondsText, withInterval } from '../figure-texts.ts';
import { forecastCommand } from '../population-forecasts.ts';
import type { PopulationForecast } from '../population-forecasts.ts';

export function populationTable(forecasts: readonly PopulationForecast[]): string {
  const rows = forecasts.map((of) => [
    of.population,
    codeText(of.strategy),
    percentText(of.crossRegionShare),
    secondsText(of.singleSeconds),
    withInterval(of.meanSeconds),
    secondsText(of.p99Seconds),
    percentText(of.zeroShare),
    percentText(1 - of.meanSeconds.value / of.singleSeconds),
  ]);
  const head = ['population', 'strategy', 'crosses regions in peace', '`single`: mean s'];
  return [
    markdownTable([...head, 'mean s (95 %)', 'p99', 'lost nothing', 'saved'], rows),
    `From the simulator, for production's fleet: \`${forecastCommand}\`.`,
  ].join('\n\n');
}
