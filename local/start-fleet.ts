// Brings up the whole fleet on one machine: authority, Route 53, regions, vantages, the clinic's view; and takes it down.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fleetFor } from '../fleet/environments.ts';
import type { Deployment } from '../fleet/fleet.ts';
import { primaryOf } from '../fleet/fleet.ts';
import { apiName } from '../fleet/records.ts';
import { startClinicView } from './clinic-view.ts';
import { startControl } from './control.ts';
import { regionProcesses, vantageProcesses } from './crew.ts';
import type { CrewSettings } from './crew.ts';
import { claimDirectory, removeFleetRecord, writeFleetRecord } from './fleet-files.ts';
import type { FleetRecord, FleetUrls } from './fleet-files.ts';
import { ensureFree, freeLoopbackAddresses, freePort } from './loopback.ts';
import type { ManagedProcess } from './managed-process.ts';
import { provision } from './provision.ts';
import { createRegionFaults } from './region-faults.ts';
import { startRoute53 } from './route53/server.ts';
import { prepareSite } from './site.ts';
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
  const { route53, dns, deployment } = await startNameService(crew, course);
  const deploymentFile = writeDeployment(crew, deployment, route53);
  const { regions, vantages } = await startCrew(crew, deploymentFile, course);
  const control = await startFaultControl(regions, course);
  const clinic = await startEntrance(crew, dns, course);

  const record: FleetRecord = {
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
  };
  writeFleetRecord(record);
  undo.push(() => removeFleetRecord(directory));
  return record;
}

async function startNameService({ fleet, addresses }: CrewSettings, { undo, progress }: Course) {
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
  });
  progress(`Route 53 with the zone ${fleet.zone}`);
  return { route53: route53.apiUrl, dns, deployment };
}

async function startCrew(crew: CrewSettings, deploymentFile: string, { undo, progress }: Course) {
  const start = async (process: ManagedProcess) => {
    undo.push(() => process.stop());
    await process.start();
    progress(`${process.name} serves`);
  };
  const regions = regionProcesses(crew);
  await Promise.all([...regions.values()].map(start));
  const vantages = await vantageProcesses(crew, deploymentFile);
  await Promise.all([...vantages.values()].map((v) => start(v.process)));
  return { regions, vantages };
}

async function startFaultControl(
  regions: ReadonlyMap<string, ManagedProcess>,
  { undo, onChange }: Course,
) {
  const faults = createRegionFaults(regions, onChange);
  undo.push(() => faults.close());
  const token = randomBytes(24).toString('base64url');
  const control = await startControl(faults, token);
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
  deployment: Deployment,
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
