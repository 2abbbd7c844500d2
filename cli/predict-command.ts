// `evenkeel predict`: what a region's death would cost its users under a strategy, and its price, before anybody changes a record.
import type { Command } from 'commander';
import { forecastOf } from '../local/what-if/forecast.ts';
import type { Forecast } from '../local/what-if/forecast.ts';
import {
  forecastColumns,
  forecastRows,
  forecastTitle,
  gainText,
  priceText,
} from '../local/what-if/forecast-words.ts';
import { questionFrom, usualText } from '../local/what-if/question.ts';
import type { WhatIfText } from '../local/what-if/question.ts';
import { table } from './table.ts';

export function addPredictCommand(program: Command): void {
  program
    .command('predict')
    .description('what the loss of a region would cost its users under a strategy, and its price')
    .requiredOption('--region <id>', 'the region that dies')
    .option(
      '--strategy <strategy>',
      "for example single, hedge:1:1 or multi:2 (default: the fleet's)",
    )
    .option('--ttl <seconds>', "TTL of the answers (default: the fleet's)")
    .option('--env <name>', 'local, qa, preproduction or production', usualText.env)
    .option(
      '--population <name>',
      'who the users are: clinics, browsers, machines, gateways or trials',
      usualText.population,
    )
    .option(
      '--propagation <seconds>',
      'what Route 53 takes to serve a change; not measured',
      usualText.propagation,
    )
    .option('--outage <seconds>', 'for how long the region is dead', usualText.outage)
    .option('--users <count>', 'how many users to simulate', usualText.users)
    .option('--seed <number>', 'repeats a run', usualText.seed)
    .option('--requests-per-second <count>', "of the region's users, for the price in gigabytes")
    .option('--kilobytes <count>', 'of one request and its answer together')
    .option('--json', 'print one JSON object')
    .action(({ json, ...text }: WhatIfText & { readonly json?: true }) => {
      const forecast = forecastOf(questionFrom(text));
      console.log(json === true ? JSON.stringify(forecast) : forecastText(forecast));
    });
}

const forecastText = (forecast: Forecast): string =>
  [
    forecastTitle(forecast),
    '',
    table([forecastColumns, ...forecastRows(forecast)]),
    '',
    ...gainText(forecast),
    '',
    'The price in peace:',
    ...priceText(forecast).map((line) => `  ${line}`),
    '',
    `Population: ${forecast.population}`,
  ].join('\n');
