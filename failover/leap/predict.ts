// What a region's death would cost its users under a strategy, and what that strategy costs in peace: before a record is changed.
import type { Fleet, Region, Strategy } from '../../fleet/fleet.ts';
import { priceInPeace } from './price.ts';
import type { Price } from './price.ts';
import { simulate } from './simulate.ts';
import type { Crowd } from './simulate.ts';

export interface Question {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly strategy: Strategy;
  readonly ttlSeconds: number;
  readonly crowds: readonly Crowd[];
  readonly rewriteSeconds: readonly number[];
  readonly outageSeconds: number;
  readonly users: number;
  readonly kills: number;
  readonly seed: number;
}

export interface Prediction {
  readonly price: Price;
  /** Seconds of downtime of each user, by client and then by kill. */
  readonly downtimes: ReadonlyMap<string, readonly (readonly number[])[]>;
}

const fleetAsked = ({ fleet, strategy, ttlSeconds }: Question): Fleet => ({
  ...fleet,
  strategy,
  regions: fleet.regions.map((region) => ({ ...region, answerTtlSeconds: ttlSeconds })),
});

export function predict(question: Question): Prediction {
  const { kills, crowds, region: asked } = question;
  const fleet = fleetAsked(question);
  const region = fleet.regions.find(({ id }) => id === asked.id) ?? asked;
  const names = [...new Set(crowds.map(({ client }) => client.name))];
  const downtimes = new Map(
    names.map((name) => [name, Array.from({ length: kills }, (): number[] => [])] as const),
  );
  simulate({ ...question, fleet, region }, ({ crowd, kill, downtimeMs }) =>
    downtimes.get(crowd.client.name)?.[kill]?.push(downtimeMs / 1_000),
  );
  return { price: priceInPeace(fleet, region, crowds), downtimes };
}
