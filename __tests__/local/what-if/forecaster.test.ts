// A forecast is made by another process: the same one as here, one at a time, and none is left when the fleet stops.
import { afterEach, expect, test } from '@jest/globals';
import { forecastOf } from '../../../local/what-if/forecast.ts';
import { gainText, forecastRows, priceText } from '../../../local/what-if/forecast-words.ts';
import { startForecaster } from '../../../local/what-if/forecaster.ts';
import type { Forecaster } from '../../../local/what-if/forecaster.ts';
import { questionFrom, usualText } from '../../../local/what-if/question.ts';

const bare = {
  ...usualText,
  region: 'aws-paris',
  strategy: 'hedge:1:1',
  ttl: '10',
  population: 'trials',
  users: '1000',
};
const text = { ...bare, requestsPerSecond: '2', kilobytes: '500' };
let forecaster: Forecaster;
afterEach(() => forecaster.close());

test('the page is told what the command prints', async () => {
  forecaster = startForecaster({});
  const here = forecastOf(questionFrom(text));
  expect(await forecaster.forecast(text)).toEqual(here);
  // Half of what single addresses lose, in every client's row and in words; the price is the other half.
  const rows = forecastRows(here);
  expect(rows.map(([name]) => name)).toEqual(['first', 'all of them']);
  const { value } = here.all.meanSeconds;
  expect(rows[0]?.[1]).toContain(value.toFixed(1));
  expect(Math.abs(value / here.single.all.meanSeconds.value - 0.5)).toBeLessThan(0.1);
  expect(gainText(here)[0]).toMatch(/lose \d+ user-minutes; with single addresses \d+ \(saved: /);
  expect(priceText(here).join('\n')).toMatch(/^50\.0 % of aws-paris's traffic/);
  expect(priceText(here).join('\n')).toMatch(/Warm standby: gcp-belgium .* serves 50\.0 %/);
  expect(priceText(here).join('\n')).toMatch(/1296 GB a month/);
});

test('a second question is turned away while one is answered, and a wrong one starts nothing', async () => {
  forecaster = startForecaster({});
  await expect(forecaster.forecast({ ...text, ttl: '0' })).rejects.toMatchObject({
    code: 'wrong-number',
  });
  const first = forecaster.forecast(text);
  await expect(forecaster.forecast(text)).rejects.toMatchObject({
    name: 'TransientError',
    code: 'busy',
  });
  await first;
  await expect(forecaster.forecast(text)).resolves.toMatchObject({ region: 'aws-paris' });
});

test('what is under way ends when the fleet stops', async () => {
  forecaster = startForecaster({});
  const endless = forecaster.forecast({ ...text, users: '10000000' });
  forecaster.close();
  await expect(endless).rejects.toMatchObject({ code: 'no-forecast' });
});

test('a strategy that costs nothing in peace says so, without gigabytes or latency', () => {
  const single = forecastOf(questionFrom({ ...bare, strategy: 'single' }));
  const words = priceText(single).join('\n');
  expect(words).toMatch(/^0\.0 % of aws-paris's traffic/);
  expect(words).toMatch(/serves 10\.0 % of the fleet's requests in peace/);
  expect(words).toMatch(/give requests per second and kilobytes/);
  expect(words).not.toMatch(/latency/);
});
