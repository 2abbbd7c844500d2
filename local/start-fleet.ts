// Brings up the whole fleet on one machine: authority, Route 53, regions, vantages, the clinic's view; and takes it down.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fleetFor } from '../fleet/environments.ts';
import type { Deployment } from '../fleet/fleet.ts';
import { flagText } from '../fleet/flag.ts';
import { primaryOf, regionId } from '../fleet/fleet.ts';
import { apiName } from '../fleet/records.ts';
import { startClinicView } from './clinic-view.ts';
import { startControl } from './control.ts';
import { regionProcesses, vantageProcesses } from './crew.ts';
import type { CrewSettings, VantageProcess } from './crew.ts';
import { createFaultDesk } from './fault-desk.ts';
import { filePole, flagDirectory } from './flags.ts';
import { startFlagStore } from './flag-store.ts';
import { claimDirectory, removeFleetRecord, writeFleetRecord } from './fleet-files.ts';
import type { FleetBuilt, FleetRecord, FleetUrls } from './fleet-files.ts';
import { ensureFree, freeLoopbackAddresses, freePort } from './loopback.ts';
import type { ManagedProcess } from './managed-process.ts';
import { startOperations } from './ops/operations.ts';
import { provision } from './provision.ts';
import { startRoute53 } from './route53/server.ts';
import { prepareSite } from './site.ts';
import { strategyDesk } from './strategy-desk.ts';
import { ZoneClient } from './zone-client.ts';

const dnsPortFrom = 5300;
const route53PortFrom = 5400;
const firstAnswerMsMax = 20_000;

export type FleetEvent =
  | { readonly event: 'progress'; readonly step: string; readonly seconds: number }
  | {
      readonly event: 'ready';
      readonly urls: FleetUrls;
      readonly zone: string;
      readonly primary: string;
      readonly directory: string;
    }
  | { readonly event: 'change'; readonly name: string; readonly what: string }
  | { readonly event: 'stopped' };

export interface RunningFleet {
  readonly record: FleetRecord;
  stop(): Promise<void>;
}

/** Takes down what was started, in reverse order; also when only half of it was. */
type Undo = (() => Promise<void> | void)[];

export async function startFleet(
  port: number,
  onEvent: (event: FleetEvent) => void,
  aborted: AbortSignal,
): Promise<RunningFleet> {
  const undo: Undo = [];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  const beganMs = performance.now();
  const progress = (step: string) => {
    aborted.throwIfAborted();
    const seconds = Math.round((performance.now() - beganMs) / 100) / 10;
    onEvent({ event: 'progress', step, seconds });
  };
  const onChange = (name: string, what: string) => onEvent({ event: 'change', name, what });
  try {
    const record = await bringUp({ port, undo, progress, onChange });
    const { urls, zone, directory } = record;
    onEvent({ event: 'ready', urls, zone, primary: primaryOf(fleetFor('local')).id, directory });
    return { record, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Course {
  readonly port: number;
  readonly undo: Undo;
  readonly progress: (step: string) => void;
  readonly onChange: (name: string, what: string) => void;
}

/** The pinned SDK runs on Node 20; its warning is about later releases, and would greet every newcomer seven times. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

async function bringUp(course: Course): Promise<FleetRecord> {
  const { port, undo, progress, onChange } = course;
  const fleet = fleetFor('local');
  const directory = claimDirectory(port);
  await ensureFree(port);
  const addresses = await freeLoopbackAddresses(fleet);
  const site = await prepareSite(fleet, directory);
  progress('certificate authority');

  const crew: CrewSettings = { fleet, site, addresses, onChange };
  const { route53, dns, deployment, flagsUrl } = await startNameService(crew, course);
  const deploymentFile = writeDeployment(crew, { ...deployment, flagsUrl }, route53);
  const { regions, vantages } = await startCrew(crew, { deploymentFile, dns }, course);
  const control = await startFaultControl({ regions, vantages, crew, route53 }, course);
  const clinic = await startEntrance(crew, dns, course);

  const built: FleetBuilt = {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    zone: fleet.zone,
    directory,
    control,
    urls: {
      clinic,
      dns,
      route53,
      regions: Object.fromEntries(
        fleet.regions.map((r) => [r.id, `https://${addresses[r.id]?.[0]}:${r.port}`]),
      ),
      vantages: Object.fromEntries([...vantages].map(([id, { url }]) => [id, url])),
    },
    regionPort: primaryOf(fleet).port,
    caFile: site.caFile,
    deploymentFile,
    operator: site.operator,
  };
  const operations = await startOperations(built);
  undo.push(() => operations.close());
  progress('operators’ page');

  const record = { ...built, urls: { ...built.urls, operations: operations.url } };
  writeFleetRecord(record);
  undo.push(() => removeFleetRecord(directory));
  return record;
}

async function startNameService(
  { fleet, addresses, site }: CrewSettings,
  { undo, progress }: Course,
) {
  const flags = await startFlagStore(flagDirectory(site.directory));
  undo.push(() => flags.close());
  const route53 = await startRoute53({
    apiPort: await freePort(route53PortFrom),
    dnsPort: await freePort(dnsPortFrom),
  });
  undo.push(() => route53.close());
  const dns = `127.0.0.1:${route53.dnsPort}`;
  const deployment = await provision({
    fleet,
    addresses,
    nameServer: dns,
    route53Url: route53.apiUrl,
    flags,
  });
  progress(`Route 53 with the zone ${fleet.zone}`);
  return { route53: route53.apiUrl, dns, deployment, flagsUrl: flags.url };
}

async function startCrew(
  crew: CrewSettings,
  { deploymentFile, dns }: { readonly deploymentFile: string; readonly dns: string },
  { undo, progress }: Course,
) {
  const start = async (process: ManagedProcess) => {
    undo.push(() => process.stop());
    await process.start();
    progress(`${process.name} serves`);
  };
  const regions = regionProcesses(crew);
  await Promise.all([...regions.values()].map(start));
  const vantages = await vantageProcesses(crew, deploymentFile, dns);
  await Promise.all([...vantages.values()].map((v) => start(v.process)));
  return { regions, vantages };
}

interface Strikable {
  readonly regions: ReadonlyMap<string, ManagedProcess>;
  readonly vantages: ReadonlyMap<string, VantageProcess>;
  readonly crew: CrewSettings;
  readonly route53: string;
}

const drillNote = () => ({
  reason: 'a drill',
  actor: 'evenkeel drill',
  raisedAt: new Date().toISOString(),
  until: '',
});

/** A flag that a drill raises; like every other fault it is taken down by the supervisor when its time is up. */
function drillFlags(directory: string) {
  const pole = filePole(flagDirectory(directory));
  return {
    raise: (region: string) => void pole.put(regionId(region), flagText(drillNote())),
    lower: (region: string) => void pole.remove(regionId(region)),
  };
}

async function startFaultControl(
  { regions, vantages, crew: { fleet, addresses, site }, route53 }: Strikable,
  { undo, onChange }: Course,
) {
  const faults = createFaultDesk({
    regions,
    vantages: new Map([...vantages].map(([id, { process }]) => [id, process])),
    places: {
      api: [new URL(route53).host],
      regions: fleet.regions.flatMap(({ id, port }) =>
        (addresses[id] ?? []).map((address) => `${address}:${port}`),
      ),
      vantages: Object.fromEntries([...vantages].map(([id, { url }]) => [id, new URL(url).host])),
    },
    flags: drillFlags(site.directory),
    onChange,
  });
  undo.push(() => faults.close());
  const token = randomBytes(24).toString('base64url');
  const strategy = strategyDesk({
    directory: site.directory,
    vantages: new Map([...vantages].map(([id, { process }]) => [id, process])),
    isStruck: () => faults.active().length > 0,
    onChange,
  });
  const control = await startControl(faults, token, strategy);
  undo.push(() => control.close());
  return { url: control.url, token };
}

async function startEntrance(
  { fleet, site }: CrewSettings,
  dnsServer: string,
  course: Course,
): Promise<string> {
  const { undo, port, progress } = course;
  const client = new ZoneClient({
    zone: fleet.zone,
    dnsServer,
    port: primaryOf(fleet).port,
    caPem: site.caPem,
    policy: 'every',
  });
  undo.push(() => client.close());
  const clinic = await startClinicView(client, port);
  undo.push(() => clinic.close());
  await firstAnswer(client);
  progress(`${apiName(fleet)} answers`);
  return clinic.url;
}

/** What Terraform's outputs are in the clouds: the file from which each controller learns what was built. */
function writeDeployment(
  { site }: CrewSettings,
  deployment: Deployment & { readonly flagsUrl: string },
  route53Url: string,
): string {
  const file = join(site.directory, 'deployment.json');
  const { caFile, golden } = site;
  writeFileSync(
    file,
    JSON.stringify({ ...deployment, route53Endpoint: route53Url, caFile, golden }, null, 2),
    {
      mode: 0o600,
    },
  );
  return file;
}

/** The first records are PENDING for a moment; the fleet is ready when a client that knows only the name is answered. */
async function firstAnswer(client: ZoneClient): Promise<void> {
  const deadlineMs = performance.now() + firstAnswerMsMax;
  for (;;) {
    try {
      const { status } = await client.send({ method: 'GET', path: '/readyz' });
      if (status === 200) return;
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
}
