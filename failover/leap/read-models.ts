// The data of predictions, read from the files beside this one: resolvers, who sits behind which, and seconds to a rewrite.
import { readdirSync, readFileSync } from 'node:fs';
import type { Population } from './population.ts';
import { parseResolverModel } from './resolver-profile.ts';
import type { ResolverModel } from './resolver-profile.ts';

const json = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

/** Sorted by id. `InputError` 'wrong-profile'. */
export const readResolverModels = (): readonly ResolverModel[] =>
  readdirSync(new URL('profiles/', import.meta.url))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => parseResolverModel(file, json(`profiles/${file}`)));

/** Seconds from a region's death to the first rewritten answer, one for each measured kill. */
export interface Rewrites {
  readonly source: string;
  readonly seconds: Readonly<Record<'blackhole' | 'freeze' | 'kill', readonly number[]>>;
}

/** By name. */
export const readPopulations = () =>
  json('populations.json') as Readonly<Record<string, Population>>;

export const readRewrites = (): Rewrites => json('rewrites.json') as Rewrites;
