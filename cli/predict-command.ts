// `evenkeel predict`: what a region's death would cost its users under a strategy, and its price, before anybody changes a record.
import type { Command } from 'commander';
import { downtimeSummary, thinned } from '../bench/leap/statistics.ts';
import type { DowntimeSummary, Estimate } from '../bench/leap/statistics.ts';
import { crowdsOf } from '../failover/leap/population.ts';
import type { Population } from '../failover/leap/population.ts';
import { predict } from '../failover/leap/predict.ts';
import type { Price, Question } from '../failover/leap/predict.ts';
import { readPopulations, readResolverModels, readRewrites } from '../failover/leap/read-models.ts';
import { chanceFrom } from '../failover/simulation/seeded-chance.ts';
import { fleetFor } from '../fleet/environments.ts';
import { InputError } from '../fleet/errors.ts';
import type { Fleet, Region, Strategy } from '../fleet/fleet.ts';
import { parseStrategy, strategyText } from '../fleet/strategy-text.ts';
import { table } from './table.ts';

interface Options {
  readonly region: string;
  readonly strategy?: string;
  readonly ttl?: string;
  readonly env: string;
  readonly population: string;
  readonly propagation: string;
  readonly outage: string;
  readonly users: string;
  readonly seed: string;
  readonly json?: true;
}

const killsDefault = 40;
/** A bootstrap of 40 kills of this many users each takes a second or two. */
const usersPerKillMax = 250;
const resamples = 300;
const ttlSecondsMax = 3_600;
const daySeconds = 86_400;
const usersMax = 10_000_000;
const minutesPerThousand = 1_000 / 60;

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
    .option('--env <name>', 'local, qa, preproduction or production', 'production')
    .option('--population <name>', 'who the users are: clinics or trials', 'clinics')
    .option('--propagation <seconds>', 'what Route 53 takes to serve a change; not measured', '0')
    .option('--outage <seconds>', 'for how long the region is dead', '3600')
    .option('--users <count>', 'how many users to simulate', '40000')
    .option('--seed <number>', 'repeats a run', '1')
    .option('--json', 'print one JSON object')
    .action((options: Options) => {
      const { question, population } = questionFrom(options);
      const asked = answered(question);
      const single = answered({ ...question, strategy: { kind: 'single' } });
      console.log(
        options.json === true
          ? JSON.stringify({ strategy: strategyText(question.strategy), ...asked, single })
          : predictionText(question, population, asked, single),
      );
    });
}

function questionFrom(options: Options) {
  const fleet = fleetFor(options.env);
  const region = regionOf(fleet, options.region);
  const strategy: Strategy =
    options.strategy === undefined ? fleet.strategy : parseStrategy(options.strategy);
  const population = populationOf(options.population);
  const propagation = numberOf('propagation', options.propagation, [0, daySeconds]);
  const ttl = options.ttl ?? String(region.answerTtlSeconds);
  const { seconds } = readRewrites();
  const question: Question = {
    fleet,
    region,
    strategy,
    ttlSeconds: numberOf('ttl', ttl, [1, ttlSecondsMax]),
    crowds: crowdsOf(population, readResolverModels()),
    rewriteSeconds: seconds.blackhole.map((measured) => measured + propagation),
    outageSeconds: numberOf('outage', options.outage, [1, daySeconds]),
    users: numberOf('users', options.users, [1_000, usersMax]),
    kills: killsDefault,
    seed: numberOf('seed', options.seed, [0, Number.MAX_SAFE_INTEGER]),
  };
  return { question, population };
}

function regionOf(fleet: Fleet, id: string): Region {
  const region = fleet.regions.find((r) => r.id === id);
  if (region !== undefined) return region;
  throw new InputError('unknown-region', {
    found: `There is no region "${id}" in ${fleet.environment}`,
    why: 'A prediction is made from the region’s addresses and its standby',
    remedy: `Use one of: ${fleet.regions.map((r) => r.id).join(', ')}`,
  });
}

function populationOf(name: string): Population {
  const populations = readPopulations();
  const population = Object.hasOwn(populations, name) ? populations[name] : undefined;
  if (population !== undefined) return population;
  throw new InputError('unknown-population', {
    found: `There is no population "${name}"`,
    why: 'What a strategy saves depends on the resolvers and the clients of its users',
    remedy: `Use one of: ${Object.keys(populations).join(', ')}`,
  });
}

function numberOf(name: string, text: string, [low, high]: readonly [number, number]): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= low && value <= high) return value;
  throw new InputError('wrong-number', {
    found: `--${name} is "${text}"`,
    why: 'A prediction is repeated from its numbers',
    remedy: `Give a whole number of ${low} to ${high}`,
  });
}

interface Answered {
  readonly price: Price;
  readonly all: DowntimeSummary;
  readonly clients: Readonly<Record<string, DowntimeSummary>>;
}

function answered(question: Question): Answered {
  const { price, downtimes } = predict(question);
  const { draw } = chanceFrom(question.seed);
  const summary = (kills: readonly (readonly number[])[]): DowntimeSummary => ({
    ...downtimeSummary(
      kills.map((users) => thinned(users, usersPerKillMax)),
      draw,
      resamples,
    ),
    users: kills.reduce((sum, users) => sum + users.length, 0),
  });
  const byKill = Array.from({ length: question.kills }, (_, kill) =>
    [...downtimes.values()].flatMap((kills) => kills[kill] ?? []),
  );
  return {
    price,
    all: summary(byKill),
    clients: Object.fromEntries(
      [...downtimes].map(([client, kills]) => [client, summary(kills)] as const),
    ),
  };
}

const seconds = (value: number) => value.toFixed(1);
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const within = ({ value, low, high }: Estimate) =>
  `${seconds(value)} (${seconds(low)} to ${seconds(high)})`;

function predictionText(
  { region, strategy, ttlSeconds, rewriteSeconds }: Question,
  population: Population,
  asked: Answered,
  single: Answered,
): string {
  const saved = 1 - asked.all.meanSeconds.value / single.all.meanSeconds.value;
  const row = (name: string, of: DowntimeSummary, bare: DowntimeSummary | undefined) => [
    name,
    within(of.meanSeconds),
    seconds(of.p50Seconds.value),
    seconds(of.p95Seconds.value),
    seconds(of.p99Seconds.value),
    percent(of.zeroShare.value),
    bare === undefined ? '' : seconds(bare.meanSeconds.value),
  ];
  const head = ['client', 'seconds a user (95 %)', 'p50', 'p95', 'p99', 'none at all', 'single'];
  const rows = Object.entries(asked.clients).map(([name, of]) =>
    row(name, of, single.clients[name]),
  );
  const [least, most] = [Math.min(...rewriteSeconds), Math.max(...rewriteSeconds)];
  return [
    `${region.id} dies; strategy ${strategyText(strategy)}, TTL ${ttlSeconds} s; rewritten after ${seconds(least)} to ${seconds(most)} s.`,
    '',
    table([head, ...rows, row('all of them', asked.all, single.all)]),
    '',
    `A thousand stricken users lose ${Math.round(asked.all.meanSeconds.value * minutesPerThousand)} user-minutes; with single addresses ${Math.round(single.all.meanSeconds.value * minutesPerThousand)} (${saved >= 0 ? 'saved' : 'lost more'}: ${percent(Math.abs(saved))}).`,
    `The price: ${percent(asked.price.crossRegionShare)} of ${region.id}'s traffic begins at its standby in peace, and a busy cache fetches ${Math.round(asked.price.fetchesPerCacheHour)} times an hour.`,
    `Stricken are those who ask for ${region.id}'s own name, directly or through its share of api.`,
    '',
    `Population: ${population.source}`,
  ].join('\n');
}
