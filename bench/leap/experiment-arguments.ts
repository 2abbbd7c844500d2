// What the experiment is asked for on the command line, checked, with what it is where nothing is said.
import { parseArgs } from 'node:util';
import { resolverProfiles } from '../../failover/lab/resolvers/resolver-profile.ts';
import { InputError } from '../../fleet/errors.ts';
import { parseStrategy, strategyText } from '../../fleet/strategy-text.ts';
import { clientNames } from './lab/client-names.ts';
import { faults } from './lab/experiment-plan.ts';
import type { ExperimentSettings } from './lab/experiment-plan.ts';
import { controlArm } from './lab/round.ts';
import type { SimulationSettings } from './simulated-cells.ts';

export type ExperimentArguments = { readonly out: string } & (
  | { readonly backend: 'lab'; readonly settings: ExperimentSettings }
  | { readonly backend: 'sim'; readonly settings: SimulationSettings }
);

const options = {
  backend: { type: 'string', default: 'lab' },
  arms: { type: 'string', default: 'control,single,hedge:1:1,duplicate-sets:2,multi:1,multi:2' },
  ttl: { type: 'string', default: '10' },
  kills: { type: 'string' },
  fault: { type: 'string' },
  resolvers: { type: 'string', default: resolverProfiles.map(({ id }) => id).join(',') },
  // A browser costs as much as all others together, and makes each round five minutes longer: it is asked for by name.
  clients: { type: 'string', default: clientNames.filter((c) => c !== 'chromium').join(',') },
  copies: { type: 'string' },
  users: { type: 'string' },
  seed: { type: 'string', default: '1' },
  out: { type: 'string' },
} as const;

const backends = ['lab', 'sim'] as const;
const killsUsual = { lab: '3', sim: '40' } as const;
/** The simulator knows one death, the worst: nobody is told. */
const optionsOf = { lab: ['fault', 'copies'], sim: ['users'] } as const;
const resolverIds = resolverProfiles.map(({ id }) => id);

/** What clients remember of a round lasts for the window of this one (clients/clinic.ts). */
const ttlSecondsMax = 300;
/** With a cache for each of two quiet clinics, all that a network holds (lab/caches.ts). */
const copiesMax = 10;

const usersMax = 100_000_000;

/** `InputError` 'wrong-arguments', or 'wrong-strategy' for an arm that cannot be published. */
export function experimentArguments(args: readonly string[]): ExperimentArguments {
  const values = parsed(args);
  const { out } = values;
  if (out === undefined)
    throw wrong(
      '--out is missing',
      'Name a folder for the rows; one that holds a part of the same run in the lab is gone on with',
    );
  const backend = oneOf('backend', values.backend, backends);
  const strange = optionsOf[backend === 'lab' ? 'sim' : 'lab'].find((o) => values[o] !== undefined);
  if (strange !== undefined)
    throw wrong(`--${strange} is not for --backend ${backend}`, 'Leave it out');
  const { kills = killsUsual[backend], users = '1000000', fault = 'blackhole' } = values;
  const { copies = '3' } = values;
  const settings = {
    arms: listed('arms', values.arms).map(armFrom),
    ttlsSeconds: listed('ttl', values.ttl).map((t) => whole('ttl', t, [1, ttlSecondsMax])),
    kills: whole('kills', kills, [1, 1_000]),
    resolvers: listed('resolvers', values.resolvers).map((id) =>
      oneOf('resolvers', id, resolverIds),
    ),
    clients: listed('clients', values.clients).map((c) => oneOf('clients', c, clientNames)),
    seed: whole('seed', values.seed, [0, 2 ** 32 - 1]),
  };
  if (backend === 'sim')
    return { backend, out, settings: { ...settings, users: whole('users', users, [1, usersMax]) } };
  const lab = {
    fault: oneOf('fault', fault, faults),
    copies: whole('copies', copies, [1, copiesMax]),
  };
  return { backend, out, settings: { ...settings, ...lab } };
}

/** Written back as it was read, so that one arm has one name. */
const armFrom = (text: string): string =>
  text === controlArm ? text : strategyText(parseStrategy(text));

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    const names = Object.keys(options).map((name) => `--${name}`);
    throw wrong(cause instanceof Error ? cause.message : String(cause), `Use ${names.join(', ')}`);
  }
}

function listed(name: string, text: string): readonly string[] {
  const items = text.split(',').map((item) => item.trim());
  const repeated = items.find((item, i) => items.indexOf(item) !== i);
  if (items.includes('')) throw wrong(`--${name} is "${text}"`, 'Separate the items by commas');
  if (repeated !== undefined) throw wrong(`--${name} has "${repeated}" twice`, 'Name each once');
  return items;
}

function oneOf<Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw wrong(`--${option} has "${text}"`, `Use some of: ${names.join(', ')}`);
}

function whole(option: string, text: string, [min, max]: readonly [number, number]): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw wrong(`--${option} is "${text}"`, `Give a whole number from ${min} to ${max}`);
}

const wrong = (found: string, remedy: string) =>
  new InputError('wrong-arguments', { found, why: 'A run is repeated from its arguments', remedy });
