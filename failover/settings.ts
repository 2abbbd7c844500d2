// The environment of a controller, read once and checked; nothing else in this folder looks at it.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { canaryFaults } from '../fleet/check-probe.ts';
import { fleetFor } from '../fleet/environments.ts';
import { InputError } from '../fleet/errors.ts';
import { vantageId } from '../fleet/fleet.ts';
import type { Fleet, VantageId } from '../fleet/fleet.ts';
import { parseStrategyOf } from '../fleet/strategy-text.ts';
import type { CredentialFiles } from './adapters/credentials.ts';
import type { GoldenInput } from './adapters/https-prober.ts';
import type { PeerAddress } from './adapters/http-peers.ts';
import { builtFleet, goldenIn, readDeployment } from './deployment-file.ts';
import type { BuiltFleet } from './deployment-file.ts';

export interface Settings extends BuiltFleet {
  readonly fleet: Fleet;
  readonly vantage: VantageId;
  readonly peers: readonly PeerAddress[];
  readonly stateDir: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where anybody may ask whether the process runs; null for nowhere. */
  readonly livenessPort: number | null;
  /** Asked what users are told, which is only shown; none for those of this machine. */
  readonly resolvers: readonly string[];
  /** With which it proves to be its vantage, and judges everybody else. */
  readonly credentials: CredentialFiles;
  readonly golden: GoldenInput | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const portMax = 65_535;

/** `InputError` 'wrong-setting', 'wrong-strategy', 'wrong-deployment', 'unknown-environment' or 'wrong-fleet'. */
export function settingsFrom(env: Environment): Settings {
  const named = fleetFor(needed(env, 'EVENKEEL_ENV'));
  const chosen = withStrategy(named, env['EVENKEEL_STRATEGY_FILE']);
  const fleet = withCanaries(chosen, env['EVENKEEL_CANARIES']);
  const file = resolve(needed(env, 'EVENKEEL_DEPLOYMENT'));
  const content = readDeployment(file);
  return {
    fleet,
    ...builtFleet(fleet, file, content),
    golden: goldenIn(file, content),
    vantage: vantageOf(fleet, 'EVENKEEL_VANTAGE', needed(env, 'EVENKEEL_VANTAGE')),
    peers: peersOf(fleet, env['EVENKEEL_PEERS'] ?? ''),
    stateDir: resolve(needed(env, 'EVENKEEL_STATE_DIR')),
    host: env['EVENKEEL_HOST'] ?? '127.0.0.1',
    port: portOf('EVENKEEL_PORT', env['EVENKEEL_PORT'] ?? '0'),
    livenessPort: optionalPort(env, 'EVENKEEL_LIVENESS_PORT'),
    resolvers: (env['EVENKEEL_RESOLVERS'] ?? '').split(',').filter((server) => server !== ''),
    credentials: {
      certFile: resolve(needed(env, 'EVENKEEL_TLS_CERT_FILE')),
      keyFile: resolve(needed(env, 'EVENKEEL_TLS_KEY_FILE')),
      authorityFile: resolve(needed(env, 'EVENKEEL_TLS_AUTHORITY_FILE')),
    },
  };
}

const wrong = (found: string, why: string, remedy: string, cause?: unknown) =>
  new InputError('wrong-setting', { found, why, remedy }, { cause });

function needed(env: Environment, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw wrong(
    `${name} is not set`,
    'A controller must know its fleet, its vantage, what was built, where it keeps its state, and how it proves who it is',
    `Set ${name}`,
  );
}

function vantageOf(fleet: Fleet, setting: string, name: string): VantageId {
  if (fleet.vantages.some(({ id }) => id === name)) return vantageId(name);
  throw wrong(
    `${setting} names the vantage "${name}"`,
    'A vantage that the fleet does not know counts for nobody',
    `Use one of: ${fleet.vantages.map(({ id }) => id).join(', ')}`,
  );
}

function peersOf(fleet: Fleet, text: string): readonly PeerAddress[] {
  const entries = text.split(',').filter((entry) => entry.trim() !== '');
  return entries.map((entry) => {
    const [, name = '', url = ''] = /^\s*([^=]*)=(.*?)\s*$/.exec(entry) ?? [];
    if (!url.startsWith('https:') || !URL.canParse(url))
      throw wrong(
        `EVENKEEL_PEERS has the entry "${entry}"`,
        'Each other vantage is asked for what it sees, and proves by its certificate that it is asked',
        'Write vantage=url, separated by commas, for example vantage-finland=https://10.1.0.5:5500',
      );
    return { vantage: vantageOf(fleet, 'EVENKEEL_PEERS', name), url };
  });
}

/** Instead of the fleet's own, where somebody has set another (`evenkeel strategy set`): one line of a file. */
function withStrategy(fleet: Fleet, file: string | undefined): Fleet {
  if (file === undefined || !existsSync(file)) return fleet;
  return { ...fleet, strategy: parseStrategyOf(fleet, readFileSync(file, 'utf8').trim()) };
}

/** Instead of the fleet's own, where those cannot be reached from a vantage that is well: host:port, separated by commas. */
function withCanaries(fleet: Fleet, text = ''): Fleet {
  const targets = text.split(',').flatMap((target) => target.trim() || []);
  if (targets.length === 0) return fleet;
  const canary = { ...fleet.probe.canary, targets };
  const [fault] = canaryFaults(canary);
  if (fault !== undefined)
    throw wrong(`EVENKEEL_CANARIES: ${fault.found}`, fault.why, fault.remedy);
  return { ...fleet, probe: { ...fleet.probe, canary } };
}

const optionalPort = (env: Environment, setting: string): number | null =>
  env[setting] === undefined ? null : portOf(setting, env[setting]);

function portOf(setting: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= portMax) return port;
  throw wrong(
    `${setting} is "${text}"`,
    'The controller is reached there',
    `Choose 0..${portMax}; 0 takes any free one`,
  );
}
