// Forecasts for whole populations as they are kept, and the table that recommends from them.
import { expect, test } from '@jest/globals';
import {
  forecastsText,
  parseForecasts,
} from '../../../../bench/leap/report/population-forecasts.ts';
import type { PopulationForecast } from '../../../../bench/leap/report/population-forecasts.ts';
import { populationTable } from '../../../../bench/leap/report/sections/population-table.ts';

const forecast: PopulationForecast = {
  population: 'browsers',
  strategy: 'multi:1',
  crossRegionShare: 0.25,
  meanSeconds: { value: 0.75, low: 0.7, high: 0.8 },
  p99Seconds: 1,
  zeroShare: 0.25,
  singleSeconds: 150,
};

test('what is kept is read back the same', () => {
  expect(parseForecasts(forecastsText([forecast, forecast]))).toEqual([forecast, forecast]);
  expect(parseForecasts('')).toEqual([]);
});

test.each([
  ['no interval', { ...forecast, meanSeconds: { value: 1 } }],
  ['no strategy', { ...forecast, strategy: undefined }],
  ['a figure that is none', { ...forecast, zeroShare: 'most' }],
])('a line with %s is refused', (_, line) => {
  expect(() => parseForecasts(`${JSON.stringify(line)}\n`)).toThrow(/--compare/);
});

test('a row says what a strategy leaves, what it saves of single addresses, and what it costs in peace', () => {
  const [row] = populationTable([forecast])
    .split('\n')
    .filter((line) => line.includes('browsers'));
  for (const cell of ['`multi:1`', '25 %', '150.0', '0.8 (0.7 to 0.8)', '1.0', '100 %'])
    expect(row).toContain(cell);
});
