// The simulator as a backend of the experiment: the same rows as the lab's, from the same arms, resolvers and clients.
import { clientModels } from '../../failover/leap/client-model.ts';
import type { ClientModel, Quiet } from '../../failover/leap/client-model.ts';
import { readResolverModels } from '../../failover/leap/read-models.ts';
import { simulate } from '../../failover/leap/simulate.ts';
import { InputError } from '../../fleet/errors.ts';
import type { Fleet, Region } from '../../fleet/fleet.ts';
import { parseStrategy } from '../../fleet/strategy-text.ts';
import type { Row } from './row.ts';

export interface SimulatedExperiment {
  readonly fleet: Fleet;
  readonly region: Region;
  /** Strategies as they are written, or `control`. */
  readonly arms: readonly string[];
  readonly resolvers: readonly string[];
  readonly clients: readonly string[];
  readonly ttlSeconds: number;
  /** Seconds from a kill to the first rewritten answer, as the controller was measured. */
  readonly rewriteSeconds: readonly number[];
  readonly outageSeconds: number;
  /** What quiet clinics did, where it is not as their models say. */
  readonly quiet?: Quiet;
  readonly kills: number;
  /** Of each arm, resolver and client. */
  readonly usersPerCell: number;
  readonly seed: number;
}

/** Single addresses, and nobody who rewrites them: what all the rest is measured against. */
const control = 'control';

/** Rows, one arm after another. `InputError` 'wrong-strategy' or 'unknown-model'. */
export function simulatedRows(experiment: SimulatedExperiment, onRow: (row: Row) => void): void {
  const { fleet, region, ttlSeconds, arms } = experiment;
  const crowds = crowdsOf(experiment);
  for (const arm of arms) {
    const armed: Fleet = {
      ...fleet,
      strategy: arm === control ? { kind: 'single' } : parseStrategy(arm),
      regions: fleet.regions.map((r) => ({ ...r, answerTtlSeconds: ttlSeconds })),
    };
    const settings = {
      ...experiment,
      fleet: armed,
      region: armed.regions.find(({ id }) => id === region.id) ?? region,
      crowds,
      users: experiment.usersPerCell * crowds.length,
      rewriteSeconds: arm === control ? [] : experiment.rewriteSeconds,
    };
    let cache = 0;
    simulate(settings, ({ crowd, kill, ...user }) => {
      cache += 1;
      onRow({
        arm,
        resolver: crowd.resolver.id,
        client: crowd.client.name,
        ttlSeconds,
        region: region.id,
        killedAtMs: kill,
        cache: String(cache),
        downtimeMs: user.downtimeMs,
        requests: user.requests,
        failed: user.failed,
        firstAddressAliveShare: user.firstAddressAliveShare,
        zeroDowntime: user.failed === 0,
      });
    });
  }
}

function crowdsOf({ resolvers, clients, quiet }: SimulatedExperiment) {
  const models = readResolverModels();
  const share = 1 / (resolvers.length * clients.length);
  return resolvers.flatMap((id) =>
    clients.map((name) => ({
      resolver: known(
        models.find((m) => m.id === id),
        `a profile of the resolver "${id}"`,
      ),
      client: asQuietAs(
        quiet,
        known(
          clientModels.find((m) => m.name === name),
          `a model of the client "${name}"`,
        ),
      ),
      share,
    })),
  );
}

const asQuietAs = (quiet: Quiet | undefined, client: ClientModel): ClientModel =>
  quiet === undefined || client.quiet === null ? client : { ...client, quiet };

function known<T>(found: T | undefined, what: string): T {
  if (found !== undefined) return found;
  throw new InputError('unknown-model', {
    found: `There is not ${what}`,
    why: 'The simulator says nothing about what nobody has measured',
    remedy: 'Measure it in the lab, or leave it out',
  });
}
