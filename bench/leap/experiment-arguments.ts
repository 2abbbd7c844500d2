// What the experiment is asked for on the command line, checked, with what it is where nothing is said.
import { parseArgs } from 'node:util';
import { resolverProfiles } from '../../failover/lab/resolvers/resolver-profile.ts';
import { InputError } from '../../fleet/errors.ts';
import { parseStrategy, strategyText } from '../../fleet/strategy-text.ts';
import { clientNames } from './lab/client-names.ts';
import { faults } from './lab/experiment-plan.ts';
import type { ExperimentSettings } from './lab/experiment-plan.ts';
import { controlArm } from './lab/round.ts';

export interface ExperimentArguments {
  readonly settings: ExperimentSettings;
  readonly out: string;
}

const options = {
  backend: { type: 'string', default: 'lab' },
  arms: { type: 'string', default: 'control,single,hedge:1:1,duplicate-sets:2,multi:1,multi:2' },
  ttl: { type: 'string', default: '10' },
  kills: { type: 'string', default: '3' },
  fault: { type: 'string', default: 'blackhole' },
  resolvers: { type: 'string', default: resolverProfiles.map(({ id }) => id).join(',') },
  // A browser costs as much as all others together, and makes each round five minutes longer: it is asked for by name.
  clients: { type: 'string', default: clientNames.filter((c) => c !== 'chromium').join(',') },
  copies: { type: 'string', default: '3' },
  seed: { type: 'string', default: '1' },
  out: { type: 'string' },
} as const;

/** What clients remember of a round lasts for the window of this one (clients/clinic.ts). */
const ttlSecondsMax = 300;
/** With a cache for each of two quiet clinics, all that a network holds (lab/caches.ts). */
const copiesMax = 10;

/** `InputError` 'wrong-arguments', or 'wrong-strategy' for an arm that cannot be published. */
export function experimentArguments(args: readonly string[]): ExperimentArguments {
  const values = parsed(args);
  if (values.backend !== 'lab')
    throw wrong(`--backend is "${values.backend}"`, 'Give --backend lab');
  if (values.out === undefined)
    throw wrong(
      '--out is missing',
      'Name a folder for the rows; one that holds a part of the same run is gone on with',
    );
  return {
    out: values.out,
    settings: {
      arms: listed('arms', values.arms).map(armFrom),
      ttlsSeconds: listed('ttl', values.ttl).map((t) => whole('ttl', t, [1, ttlSecondsMax])),
      kills: whole('kills', values.kills, [1, 1_000]),
      fault: oneOf('fault', values.fault, faults),
      resolvers: listed('resolvers', values.resolvers).map((id) =>
        oneOf(
          'resolvers',
          id,
          resolverProfiles.map((profile) => profile.id),
        ),
      ),
      clients: listed('clients', values.clients).map((c) => oneOf('clients', c, clientNames)),
      copies: whole('copies', values.copies, [1, copiesMax]),
      seed: whole('seed', values.seed, [0, 2 ** 32 - 1]),
    },
  };
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
