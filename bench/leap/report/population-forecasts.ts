// What strategies would mean for whole populations in production, as it is kept: the simulator takes a minute for it.
import type { Estimate } from '../../../failover/leap/downtime-summary.ts';
import { readPopulations } from '../../../failover/leap/read-models.ts';
import { InputError } from '../../../fleet/errors.ts';
import { forecastOf } from '../../../local/what-if/forecast.ts';
import { questionFrom, usualText } from '../../../local/what-if/question.ts';

export interface PopulationForecast {
  readonly population: string;
  readonly strategy: string;
  /** Of the region's traffic, what crosses regions in peace. */
  readonly crossRegionShare: number;
  readonly meanSeconds: Estimate;
  readonly p99Seconds: number;
  readonly zeroShare: number;
  /** Seconds of the mean with single addresses. */
  readonly singleSeconds: number;
}

const strategies = ['multi:1', 'multi:2', 'hedge:1:1', 'hedge:1:2'];
const asked = { ...usualText, region: 'aws-paris', ttl: '60', users: '8000' } as const;

/** The command that says the same, for one of them. */
export const forecastCommand = `evenkeel predict --region ${asked.region} --ttl ${asked.ttl} --users ${asked.users} --population NAME --strategy STRATEGY`;

export const populationForecasts = (): readonly PopulationForecast[] =>
  Object.keys(readPopulations()).flatMap((population) =>
    strategies.map((strategy): PopulationForecast => {
      const { all, single, price } = forecastOf(questionFrom({ ...asked, population, strategy }));
      const { value, low, high } = all.meanSeconds;
      return {
        population,
        strategy,
        crossRegionShare: rounded(price.crossRegionShare),
        meanSeconds: { value: rounded(value), low: rounded(low), high: rounded(high) },
        p99Seconds: rounded(all.p99Seconds.value),
        zeroShare: rounded(all.zeroShare.value),
        singleSeconds: rounded(single.all.meanSeconds.value),
      };
    }),
  );

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

/** A line of JSON for each. */
export const forecastsText = (forecasts: readonly PopulationForecast[]): string =>
  forecasts.map((one) => `${JSON.stringify(one)}\n`).join('');

/** `InputError` 'wrong-forecasts' for a text that `forecastsText` did not write. */
export const parseForecasts = (text: string): readonly PopulationForecast[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(parsed);

const figures = ['crossRegionShare', 'p99Seconds', 'zeroShare', 'singleSeconds'] as const;

function parsed(line: string): PopulationForecast {
  const value = JSON.parse(line) as Partial<PopulationForecast>;
  const { population, strategy, meanSeconds: { value: mean, low, high } = {} } = value;
  const numbers = [...figures.map((figure) => value[figure]), mean, low, high];
  const isWhole = typeof population === 'string' && typeof strategy === 'string';
  if (isWhole && numbers.every(Number.isFinite)) return value as PopulationForecast;
  throw new InputError('wrong-forecasts', {
    found: `docs/leap-goal/forecasts.jsonl has ${line.slice(0, 200)}`,
    why: 'The recommendation by population is read from it',
    remedy: 'Write it anew: npm run experiment:report -- --compare',
  });
}
