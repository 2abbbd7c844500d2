// The simulator of a region's death as its users meet it: events in order of time, chance from a seed, every kill a world of its own.
import type { Fleet, Region } from '../../fleet/fleet.ts';
import { chanceFrom } from '../simulation/seeded-chance.ts';
import type { Chance } from '../simulation/seeded-chance.ts';
import { Cache } from './cache.ts';
import type { Zone } from './cache.ts';
import type { ClientModel } from './client-model.ts';
import { heldSecondsOf } from './resolver-profile.ts';
import type { ResolverModel } from './resolver-profile.ts';
import { strickenStages } from './stricken.ts';
import { User } from './user.ts';
import type { Experience } from './user.ts';

/** Users of one kind: one client model behind one resolver, as a share of all. */
export interface Crowd {
  readonly resolver: ResolverModel;
  readonly client: ClientModel;
  readonly share: number;
}

export interface LeapSettings {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly crowds: readonly Crowd[];
  readonly users: number;
  /** How often the region dies; each time a rewrite is drawn from the measured ones. */
  readonly kills: number;
  /** Seconds from the death to the first rewritten answer; none: nobody rewrites, and users wait for the region. */
  readonly rewriteSeconds: readonly number[];
  /** The region answers again after this long. */
  readonly outageSeconds: number;
  readonly seed: number;
}

export interface Stricken extends Experience {
  readonly crowd: Crowd;
  readonly kill: number;
}

/** Requests and connections that are under way when the last cache learns of the rewrite. */
const spareMs = 20_000;

/** Every stricken user, told one after another. A run repeats exactly from its settings. */
export function simulate(settings: LeapSettings, onUser: (user: Stricken) => void): void {
  const { kills, users, crowds, seed } = settings;
  for (let kill = 0; kill < kills; kill += 1) {
    // A seed of its own for each kill: more kills change nothing about those before.
    const chance = chanceFrom(seed * 1_000_003 + kill);
    const death = drawnDeath(settings, chance);
    for (const crowd of crowds) {
      const wanted = Math.round((users * crowd.share) / kills);
      for (let done = 0; done < wanted; done += 1)
        onUser({ ...stricken(crowd, death, chance), crowd, kill });
    }
  }
}

interface Death {
  readonly zone: Zone;
  readonly rewrittenAtMs: number;
  readonly outageMs: number;
}

function drawnDeath(settings: LeapSettings, chance: Chance): Death {
  const { fleet, region, rewriteSeconds, outageSeconds } = settings;
  const drawn = rewriteSeconds[Math.floor(chance.draw() * rewriteSeconds.length)];
  const rewrittenAtMs = drawn === undefined ? null : 1_000 * drawn;
  return {
    zone: { stages: strickenStages(fleet, region, { rewrittenAtMs }) },
    rewrittenAtMs: rewrittenAtMs ?? Number.POSITIVE_INFINITY,
    outageMs: 1_000 * outageSeconds,
  };
}

/** One user, behind a resolver that nobody else is counted behind: so users of one kill share its detection, and nothing more. */
function stricken(
  { resolver, client }: Crowd,
  { zone, rewrittenAtMs, outageMs }: Death,
  chance: Chance,
): Experience {
  const newCache = () => new Cache(zone, resolver, chance, client.quiet?.silentMs ?? 'busy');
  const caches = [
    newCache(),
    ...Array.from({ length: resolver.caches - 1 }, newCache),
  ] as const satisfies readonly [Cache, ...Cache[]];
  const [{ ttlSeconds }] = zone.stages;
  // A browser may take the last second of a cache's entry, keep it for its own while, and then wait with it for a connection.
  const ownMs = (client.hostCacheMs ?? 0) + (client.keeping?.hangsMs ?? 0);
  const heldMs = 1_000 * heldSecondsOf(resolver, ttlSeconds) + ownMs;
  const lastMs = rewrittenAtMs + heldMs + (client.quiet?.withinMs ?? 0) + spareMs;
  const untilMs = Math.min(outageMs, lastMs);
  const user = new User({ client, caches, chance, rewrittenAtMs, untilMs });
  while (user.nextMs < untilMs) user.send();
  return user.experience;
}
