// The processes of the local fleet: one for each region and one for each vantage, with what each is told at its start.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fleet, Region, Vantage } from '../fleet/fleet.ts';
import { checkoutRoot } from './fleet-files.ts';
import { freePort } from './loopback.ts';
import { ManagedProcess } from './managed-process.ts';
import type { Site } from './site.ts';
import { strategyFile } from './strategy-desk.ts';

const vantagePortFrom = 5500;

export interface CrewSettings {
  readonly fleet: Fleet;
  readonly site: Site;
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  readonly onChange: (name: string, what: string) => void;
}

const entry = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function manage(
  crew: CrewSettings,
  name: string,
  file: string,
  env: Record<string, string>,
): ManagedProcess {
  const { site, onChange } = crew;
  return new ManagedProcess({
    name,
    entry: entry(file),
    logFile: join(site.directory, 'logs', `${name}.log`),
    env: { ...env, EVENKEEL_FLEET_DIR: site.directory },
    onChange,
  });
}

export const regionProcesses = (crew: CrewSettings): ReadonlyMap<string, ManagedProcess> =>
  new Map(crew.fleet.regions.map((region) => [region.id, regionProcess(crew, region)]));

function regionProcess(crew: CrewSettings, region: Region): ManagedProcess {
  const { site, addresses } = crew;
  const storeOf = (id: string) => join(site.directory, 'stores', id);
  const lakeOf = (id: string) => join(site.directory, 'lakes', id);
  return manage(crew, region.id, './region.ts', {
    EVENKEEL_REGION: region.id,
    EVENKEEL_REGION_ADDRESS: addresses[region.id]?.[0] ?? '',
    EVENKEEL_REGION_PORT: String(region.port),
    MODELS_DIR: join(checkoutRoot, 'models', 'registry'),
    // Own store first, then the standbys': a reading outlives its region, and any region finds it.
    STORE_DIRS: [region.id, ...region.standby].map(storeOf).join(','),
    // Films that people agree to share: `evenkeel learn queue --store` reads one of these folders.
    LAKE_DIRS: [region.id, ...region.standby].map(lakeOf).join(','),
    TLS_CERT_FILE: site.certFile,
    TLS_KEY_FILE: site.keyFile,
    // Three regions share this machine's cores.
    WORKERS: '1',
    // Nobody waits for a balancer's probes here, and Ctrl-C should be quick.
    DRAIN_WAIT_SECONDS: '0',
    DRAIN_SECONDS_MAX: '4',
  });
}

export interface VantageProcess {
  readonly process: ManagedProcess;
  readonly url: string;
}

export async function vantageProcesses(
  crew: CrewSettings,
  deploymentFile: string,
  nameServer: string,
): Promise<ReadonlyMap<string, VantageProcess>> {
  const { vantages } = crew.fleet;
  const urls = new Map<string, string>();
  let port = vantagePortFrom;
  for (const { id } of vantages) {
    port = await freePort(port);
    urls.set(id, `https://127.0.0.1:${port}`);
    port += 1;
  }
  return new Map(
    vantages.map((vantage) => [
      vantage.id,
      {
        process: vantageProcess(crew, { vantage, urls, deploymentFile, nameServer }),
        url: urls.get(vantage.id) ?? '',
      },
    ]),
  );
}

interface VantageSettings {
  readonly vantage: Vantage;
  readonly urls: ReadonlyMap<string, string>;
  readonly deploymentFile: string;
  readonly nameServer: string;
}

function vantageProcess(
  crew: CrewSettings,
  { vantage, urls, deploymentFile, nameServer }: VantageSettings,
): ManagedProcess {
  const others = [...urls].filter(([id]) => id !== vantage.id);
  const peers = others.map(([id, url]) => `${id}=${url}`);
  return manage(crew, vantage.id, './vantage.ts', {
    EVENKEEL_ENV: crew.fleet.environment,
    EVENKEEL_VANTAGE: vantage.id,
    EVENKEEL_DEPLOYMENT: deploymentFile,
    EVENKEEL_PEERS: peers.join(','),
    // What is no region here and can be reached by whoever is not cut off itself.
    EVENKEEL_CANARIES: [nameServer, ...others.map(([, url]) => new URL(url).host)].join(','),
    EVENKEEL_STRATEGY_FILE: strategyFile(crew.site.directory),
    EVENKEEL_STATE_DIR: join(crew.site.directory, 'vantages', vantage.id),
    EVENKEEL_HOST: '127.0.0.1',
    EVENKEEL_PORT: new URL(urls.get(vantage.id) ?? '').port,
    ...credentialSettings(crew.site, vantage.id),
  });
}

function credentialSettings({ vantages }: Site, id: string): Record<string, string> {
  const files = vantages[id];
  if (files === undefined) throw new Error(`${id} was issued no certificate`);
  return {
    EVENKEEL_TLS_CERT_FILE: files.certFile,
    EVENKEEL_TLS_KEY_FILE: files.keyFile,
    EVENKEEL_TLS_AUTHORITY_FILE: files.authorityFile,
  };
}
