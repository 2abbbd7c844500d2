// The environment of a controller, read once and checked; nothing else in this folder looks at it.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { checkedDeployment } from '../fleet/check-deployment.ts';
import { fleetFor } from '../fleet/environments.ts';
import { InputError } from '../fleet/errors.ts';
import { vantageId } from '../fleet/fleet.ts';
import type { Deployment, Fleet, VantageId } from '../fleet/fleet.ts';
import type { GoldenInput } from './adapters/https-prober.ts';
import type { PeerAddress } from './adapters/http-peers.ts';

/** The deployment file: what was built, and how this controller reaches it. Paths are relative to the file. */
interface DeploymentFile extends Deployment {
  readonly route53Endpoint?: string;
  readonly caFile?: string;
  readonly golden?: {
    readonly model: string;
    readonly imageFile: string;
    readonly label: string;
    readonly probability: number;
  };
  readonly ports?: Readonly<Record<string, number>>;
}

export interface Settings {
  readonly fleet: Fleet;
  readonly deployment: Deployment;
  readonly vantage: VantageId;
  readonly peers: readonly PeerAddress[];
  readonly stateDir: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly route53Endpoint: string | null;
  readonly ca: string | null;
  readonly golden: GoldenInput | null;
  readonly ports: Readonly<Record<string, number>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const portMax = 65_535;

/** `InputError` 'wrong-setting', 'wrong-deployment', 'unknown-environment' or 'wrong-fleet'. */
export function settingsFrom(env: Environment): Settings {
  const fleet = fleetFor(needed(env, 'EVENKEEL_ENV'));
  const file = resolve(needed(env, 'EVENKEEL_DEPLOYMENT'));
  const deployment = readDeployment(file);
  const near = (path: string) => resolve(dirname(file), path);
  const { golden, caFile, route53Endpoint, ports } = deployment;
  return {
    fleet,
    deployment: checkedDeployment(fleet, deployment),
    vantage: vantageOf(fleet, 'EVENKEEL_VANTAGE', needed(env, 'EVENKEEL_VANTAGE')),
    peers: peersOf(fleet, env['EVENKEEL_PEERS'] ?? ''),
    stateDir: resolve(needed(env, 'EVENKEEL_STATE_DIR')),
    host: env['EVENKEEL_HOST'] ?? '127.0.0.1',
    port: portOf(env['EVENKEEL_PORT'] ?? '0'),
    route53Endpoint: route53Endpoint ?? null,
    ca: caFile === undefined ? null : readBeside(near(caFile)).toString('utf8'),
    golden: golden === undefined ? null : { ...golden, image: readBeside(near(golden.imageFile)) },
    ports: ports ?? {},
  };
}

const wrong = (found: string, why: string, remedy: string, cause?: unknown) =>
  new InputError('wrong-setting', { found, why, remedy }, { cause });

function needed(env: Environment, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw wrong(
    `${name} is not set`,
    'A controller must know its fleet, its vantage, what was built, and where it keeps its state',
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
    if (!/^https?:/.test(url) || !URL.canParse(url))
      throw wrong(
        `EVENKEEL_PEERS has the entry "${entry}"`,
        'Each other vantage is asked for what it sees',
        'Write vantage=url, separated by commas, for example vantage-finland=https://10.1.0.5:5500',
      );
    return { vantage: vantageOf(fleet, 'EVENKEEL_PEERS', name), url };
  });
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= portMax) return port;
  throw wrong(
    `EVENKEEL_PORT is "${text}"`,
    'The other vantages and the operators reach the controller there',
    `Choose 0..${portMax}; 0 takes any free one`,
  );
}

function readDeployment(file: string): DeploymentFile {
  const { hostedZoneId, addresses, healthCheckIds, nameServers, ...rest } = parsedDeployment(file);
  // What synthesis writes has references where the built fleet has values.
  if (typeof hostedZoneId === 'object')
    throw wrong(
      `${file} is the plan of a deployment, not a deployment`,
      'It says where the addresses will come from, and nothing has been built yet',
      'Run `npm run deploy`, which fills it in from what was built',
    );
  return {
    ...rest,
    hostedZoneId: hostedZoneId ?? '',
    addresses: addresses ?? {},
    healthCheckIds: healthCheckIds ?? {},
    nameServers: nameServers ?? [],
  };
}

function parsedDeployment(file: string): Partial<DeploymentFile> {
  const text = readBeside(file).toString('utf8');
  try {
    return { ...(JSON.parse(text) as Partial<DeploymentFile>) };
  } catch (cause) {
    throw wrong(
      `${file} is not JSON`,
      'It says which addresses, health checks and name servers were built',
      'Write it anew from what was built',
      cause,
    );
  }
}

function readBeside(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw wrong(
      `${file} cannot be read (${code ?? 'unknown error'})`,
      'The controller needs the deployment, and the certificate and golden picture that it names',
      'Name files that exist and that this account may read',
      cause,
    );
  }
}
