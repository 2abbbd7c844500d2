// What would the loss of a region cost under a strategy? The question as a person writes it, at a terminal or in a form.
import { crowdsOf } from '../../failover/leap/population.ts';
import type { Population } from '../../failover/leap/population.ts';
import type { Question } from '../../failover/leap/predict.ts';
import type { Load } from '../../failover/leap/price.ts';
import {
  readPopulations,
  readResolverModels,
  readRewrites,
} from '../../failover/leap/read-models.ts';
import { fleetFor } from '../../fleet/environments.ts';
import { InputError } from '../../fleet/errors.ts';
import type { Fleet, Region } from '../../fleet/fleet.ts';
import { parseStrategyOf } from '../../fleet/strategy-text.ts';

/** As written. Where strategy or TTL is absent, the fleet's own; without both of rate and size, no gigabytes. */
export interface WhatIfText {
  readonly env: string;
  readonly region: string;
  readonly strategy?: string;
  readonly ttl?: string;
  readonly population: string;
  /** What Route 53 takes to serve a change; not measured. */
  readonly propagation: string;
  readonly outage: string;
  readonly users: string;
  readonly seed: string;
  readonly requestsPerSecond?: string;
  readonly kilobytes?: string;
}

export const usualText = {
  env: 'production',
  population: 'clinics',
  propagation: '0',
  outage: '3600',
  users: '40000',
  seed: '1',
} as const;

export interface WhatIf {
  readonly question: Question;
  readonly population: Population;
  /** Null where nobody said. */
  readonly load: Load | null;
}

export const ttlSecondsMax = 3_600;
const killsCount = 40;
const daySeconds = 86_400;
const usersMax = 10_000_000;
const requestsPerSecondMax = 1_000_000;
const kilobytesMax = 1_000_000;

/** `InputError` 'unknown-environment', 'unknown-region', 'unknown-population', 'wrong-strategy' or 'wrong-number'. */
export function questionFrom(text: WhatIfText): WhatIf {
  const fleet = fleetFor(text.env);
  const region = regionOf(fleet, text.region);
  const population = populationOf(text.population);
  const propagationSeconds = wholeNumber('propagation', text.propagation, [0, daySeconds]);
  const question: Question = {
    fleet,
    region,
    strategy: text.strategy === undefined ? fleet.strategy : parseStrategyOf(fleet, text.strategy),
    ttlSeconds: wholeNumber('TTL', text.ttl ?? String(region.answerTtlSeconds), [1, ttlSecondsMax]),
    crowds: crowdsOf(population, readResolverModels()),
    rewriteSeconds: readRewrites().seconds.blackhole.map((s) => s + propagationSeconds),
    outageSeconds: wholeNumber('outage', text.outage, [1, daySeconds]),
    users: wholeNumber('number of users', text.users, [1_000, usersMax]),
    kills: killsCount,
    seed: wholeNumber('seed', text.seed, [0, Number.MAX_SAFE_INTEGER]),
  };
  return { question, population, load: loadOf(text) };
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

function loadOf({ requestsPerSecond, kilobytes }: WhatIfText): Load | null {
  if (requestsPerSecond === undefined && kilobytes === undefined) return null;
  if (requestsPerSecond === undefined || kilobytes === undefined)
    throw new InputError('half-a-load', {
      found: `Only the ${kilobytes === undefined ? 'requests per second' : 'kilobytes'} of the region’s load are given`,
      why: 'What crosses regions in a month is so many requests of such a size',
      remedy:
        'Give both, requests per second and kilobytes of one request with its answer, or neither',
    });
  return {
    requestsPerSecond: wholeNumber('rate of requests', requestsPerSecond, [
      1,
      requestsPerSecondMax,
    ]),
    kilobytes: wholeNumber('size in kilobytes', kilobytes, [1, kilobytesMax]),
  };
}

function wholeNumber(
  name: string,
  text: string,
  [low, high]: readonly [low: number, high: number],
): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= low && value <= high) return value;
  throw new InputError('wrong-number', {
    found: `The ${name} is "${text}"`,
    why: 'A prediction is repeated from its numbers',
    remedy: `Give a whole number of ${low} to ${high}`,
  });
}
