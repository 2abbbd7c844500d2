// Who a region's users are: which resolvers they sit behind and which clients they use, as shares of all.
import { InputError } from '../../fleet/errors.ts';
import { clientModels } from './client-model.ts';
import type { ResolverModel } from './resolver-profile.ts';
import type { Crowd } from './simulate.ts';

type Shares = Readonly<Record<string, number>>;

export interface Population {
  /** What is measured of it, and what assumed. */
  readonly source: string;
  /** By id and by name; each adds up to 1. */
  readonly resolvers: Shares;
  readonly clients: Shares;
}

/** Shares are written with a few digits. */
const rounding = 1e-6;

/** Every pair of a resolver and a client, as if the two were chosen independently. `InputError` 'wrong-population'. */
export function crowdsOf(
  { resolvers, clients }: Population,
  models: readonly ResolverModel[],
): readonly Crowd[] {
  for (const [what, shares] of [
    ['resolvers', resolvers],
    ['clients', clients],
  ] as const) {
    const sum = Object.values(shares).reduce((total, share) => total + share, 0);
    if (Math.abs(sum - 1) > rounding) throw wrong(`The shares of its ${what} add up to ${sum}`);
  }
  return Object.entries(resolvers).flatMap(([id, resolverShare]) =>
    Object.entries(clients).map(([name, clientShare]): Crowd => {
      const resolver = models.find((model) => model.id === id);
      const client = clientModels.find((model) => model.name === name);
      if (resolver === undefined) throw wrong(`There is no profile of the resolver "${id}"`);
      if (client === undefined) throw wrong(`There is no model of the client "${name}"`);
      return { resolver, client, share: resolverShare * clientShare };
    }),
  );
}

const wrong = (found: string) =>
  new InputError('wrong-population', {
    found,
    why: 'A population is a whole, made of resolvers and clients that are known',
    remedy: 'Correct failover/leap/populations.json',
  });
