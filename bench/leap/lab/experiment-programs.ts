// What stands where in the experiment, and which programs run there with which settings: data, from which the bed starts them.
import { join } from 'node:path';
import { labAddress } from '../../../failover/lab/network.ts';
import type { LabNode } from '../../../failover/lab/network.ts';
import type { LabProgram } from '../../../failover/lab/lab-process.ts';
import { primaryOf } from '../../../fleet/fleet.ts';
import type { Fleet, VantageId } from '../../../fleet/fleet.ts';
import { regionName } from '../../../fleet/records.ts';
import type { ArenaCertificates } from '../../failover/arena-certificates.ts';
import { plainPort } from '../../failover/plain-port.ts';
import type { Cache } from './caches.ts';
import { isQuiet } from './client-names.ts';
import type { ClientName } from './client-names.ts';
import type { Target } from './clients/client-models.ts';
import { inOwnMounts } from './clients/own-mounts.ts';
import type { CachePlan, ClientsPlan } from './clients-process.ts';
import { armEnvironment } from './environment.ts';
import type { ArmSettings } from './environment.ts';
import { addressCountOf } from './experiment-fleet.ts';
import { tsx } from './programs.ts';

export const providerName = 'provider';
export const clientsName = 'clients';
export const watcherName = 'watcher';
export const cachesName = 'caches';
const apiPort = 4_570;
const dnsPort = 53;
const controllerPort = 5_500;
const firstHost = 2;

export const upstreamAddress = labAddress(53, firstHost);

type Addresses = Readonly<Record<string, readonly [string, ...string[]]>>;

/** By region, as the fleet's addressCount says. */
export const addressesOf = ({ regions }: Fleet): Addresses =>
  Object.fromEntries(
    regions.map((region, i) => {
      const more = Array.from({ length: addressCountOf(region) - 1 }, (_, extra) =>
        labAddress(1 + i, firstHost + 1 + extra),
      );
      return [region.id, [labAddress(1 + i, firstHost), ...more]];
    }),
  );

export function nodesOf(fleet: Fleet, caches: readonly Cache[]): readonly LabNode[] {
  const [firstCache = '', ...moreCaches] = caches.map(({ site }) => site.address);
  return [
    ...Object.entries(addressesOf(fleet)).map(([name, addresses]) => ({ name, addresses })),
    ...fleet.vantages.map(({ id }, i) => ({
      name: id,
      addresses: [labAddress(11 + i, firstHost)] as const,
    })),
    { name: providerName, addresses: [upstreamAddress] },
    { name: clientsName, addresses: [labAddress(21, firstHost)] },
    { name: cachesName, addresses: [firstCache, ...moreCaches] },
  ];
}

export interface ProgramSite {
  readonly fleet: Fleet;
  readonly directory: string;
  readonly address: (node: string) => string;
}

const program = (
  { directory }: ProgramSite,
  { name, node = name, entry, env }: { name: string; node?: string; entry: string; env: Env },
): LabProgram => ({
  name,
  node,
  command: tsx(entry),
  env,
  logFile: join(directory, `${name}.log`),
});

type Env = Readonly<Record<string, string>>;

export const providerProgram = (site: ProgramSite, arm: ArmSettings): LabProgram =>
  program(site, {
    name: providerName,
    entry: 'bench/leap/lab/provider-process.ts',
    env: {
      EVENKEEL_LAB_HOST: site.address(providerName),
      EVENKEEL_LAB_API_PORT: String(apiPort),
      ...armEnvironment(arm, addressesOf(site.fleet)),
    },
  });

export const regionPrograms = (
  site: ProgramSite,
  { region }: ArenaCertificates,
): readonly LabProgram[] =>
  site.fleet.regions.map(({ id }) =>
    program(site, {
      name: id,
      entry: 'bench/failover/target.ts',
      // On all of its addresses.
      env: { EVENKEEL_LAB_HOST: '0.0.0.0', EVENKEEL_LAB_REGION: id, ...region },
    }),
  );

export function vantageProgram(
  site: ProgramSite,
  { vantages }: ArenaCertificates,
  id: VantageId,
  arm: ArmSettings,
): LabProgram {
  const { fleet, directory, address } = site;
  const peers = fleet.vantages
    .filter((other) => other.id !== id)
    .map((other) => `${other.id}=https://${address(other.id)}:${controllerPort}`);
  return program(site, {
    name: id,
    entry: 'bench/leap/lab/vantage-process.ts',
    env: {
      EVENKEEL_ENV: fleet.environment,
      EVENKEEL_DEPLOYMENT: join(directory, 'deployment.json'),
      EVENKEEL_VANTAGE: id,
      EVENKEEL_PEERS: peers.join(','),
      EVENKEEL_STATE_DIR: join(directory, id),
      EVENKEEL_HOST: address(id),
      EVENKEEL_PORT: String(controllerPort),
      EVENKEEL_CANARIES: [apiPort, dnsPort]
        .map((port) => `${address(providerName)}:${port}`)
        .join(','),
      ...armEnvironment(arm, addressesOf(fleet)),
      ...vantages[id],
    },
  });
}

/** The environment's own fleet has one address for each region, and the file is judged by it; the arm's come beside it. */
export function deploymentOf({ fleet, address }: ProgramSite, provisioned: object): object {
  const addresses = Object.entries(addressesOf(fleet)).map(([id, [first]]) => [id, [first]]);
  return {
    ...provisioned,
    addresses: Object.fromEntries(addresses) as object,
    route53Endpoint: `http://${address(providerName)}:${apiPort}`,
    caFile: 'ca.pem',
  };
}

/** Asks the provider's name server twenty times a second what the struck region's users are told. */
export const watcherProgram = (site: ProgramSite): LabProgram =>
  program(site, {
    name: watcherName,
    node: clientsName,
    entry: 'bench/failover/asker.ts',
    env: {
      EVENKEEL_BENCH_NAME: struckName(site.fleet),
      EVENKEEL_BENCH_SERVERS: `${providerName}=${site.address(providerName)}:${dnsPort}`,
    },
  });

export const clientsProgram = (site: ProgramSite, planFile: string): LabProgram =>
  program(site, {
    name: clientsName,
    entry: 'bench/leap/lab/clients-process.ts',
    env: { EVENKEEL_LEAP_CLIENTS: planFile },
  });

/** A browser each behind the first copy of every program as it comes: more would be most of the machine's work. */
export const browserCaches = (caches: readonly Cache[]): readonly Cache[] =>
  caches.filter(
    ({ profile }, index) =>
      profile.id === profile.software && caches[index - 1]?.profile.id !== profile.id,
  );

export const browserOf = (cache: Cache) => `chromium-${cache.name.replace('#', '-')}`;

export function browserProgram(site: ProgramSite, cache: Cache): LabProgram {
  const { name, port, path } = targetOf(site);
  const started = program(site, {
    name: browserOf(cache),
    node: clientsName,
    entry: 'bench/leap/lab/browser-process.ts',
    env: { EVENKEEL_LEAP_URL: `http://${name}:${port}${path}` },
  });
  return { ...started, command: inOwnMounts(resolverFileOf(cache), started.command) };
}

export const resolverFileOf = ({ site }: Cache): string => join(site.directory, 'resolv.conf');

const targetOf = ({ fleet }: ProgramSite): Target => ({
  name: struckName(fleet),
  port: plainPort,
  path: '/readyz',
});

/** The primary's users are counted: their name leads to that region, and to whatever the strategy puts beside it. */
const struckName = (fleet: Fleet) => regionName(fleet, primaryOf(fleet).id);

/**
 * The last copies of each profile are for quiet clinics, one for each: whoever else asked it would keep it awake. curl is behind
 * the first copy only, for what it costs.
 */
export function clientsPlan(
  site: ProgramSite,
  caches: readonly Cache[],
  { clients, spreadMs }: { clients: readonly ClientName[]; spreadMs: number },
): ClientsPlan {
  const quiet = clients.filter(isQuiet);
  const busy = clients.filter((client) => !isQuiet(client) && client !== 'chromium');
  const clientsOf = ({ profile }: Cache, index: number): readonly ClientName[] => {
    const isOf = (other: Cache | undefined) => other?.profile.id === profile.id;
    const behind = quiet.findIndex((_, place) => !isOf(caches[index + 1 + place]));
    const alone = behind === -1 ? undefined : quiet[behind];
    if (alone !== undefined) return [alone];
    return isOf(caches[index - 1]) ? busy.filter((client) => client !== 'curl') : busy;
  };
  return {
    target: targetOf(site),
    spreadMs,
    caches: caches.map((cache, index): CachePlan => ({
      name: cache.name,
      address: cache.site.address,
      resolverFile: resolverFileOf(cache),
      clients: clientsOf(cache, index),
    })),
  };
}
