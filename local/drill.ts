// Runs a drill on a local fleet: clinics upload, a region is struck, and everybody watches until it has returned.
import { readFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError } from '../fleet/errors.ts';
import { fleetFor } from '../fleet/environments.ts';
import type { Region } from '../fleet/fleet.ts';
import { regionName } from '../fleet/records.ts';
import { askControl } from './control.ts';
import { drawUploads, startDrillClient } from './drill-clients.ts';
import type { DrillClient } from './drill-clients.ts';
import { drillReport } from './drill-report.ts';
import type { DrillReport, JournalLine, WeightStep } from './drill-report.ts';
import type { FaultKind } from './faults.ts';
import type { FleetRecord } from './fleet-files.ts';
import { vantageStatuses } from './vantage-client.ts';
import { ZoneClient } from './zone-client.ts';
import type { AddressPolicy } from './zone-client.ts';

export interface DrillOrder {
  readonly region: string;
  readonly fault: FaultKind;
  readonly forMs: number;
}

const watchEveryMs = 200;
/** Peacetime before the fault, so that the report shows what the fault changed. */
const calmMs = 3_000;
/** Hold-off, all steps and room for one relapse; the drill reports a region that has not returned by then. */
const returnMsMax = 120_000;
/** One of the careful kind, two of the simple kind with caches of their own. */
const policies: readonly AddressPolicy[] = ['every', 'first', 'first'];

export async function runDrill(
  record: FleetRecord,
  order: DrillOrder,
  say: (what: string) => void,
): Promise<DrillReport> {
  const region = await healthyRegion(record, order.region);
  say('drawing the phantoms that the clinics upload');
  const uploads = await drawUploads();
  const zoneClients = policies.map((policy) => zoneClient(record, policy));
  const clients = zoneClients.map((client, i) =>
    startDrillClient(client, policies[i] ?? 'first', uploads),
  );
  const watch = startWatch(record, region);
  try {
    say(`${clients.length} clinics upload twice a second`);
    await sleep(calmMs);
    // The worst case for the simple clients: they have just learnt the address that is about to die.
    await Promise.all(zoneClients.map((client) => client.hold(watch.ownAddress)));
    return await strike({ record, order, region, clients, watch, say });
  } finally {
    watch.stop();
    await Promise.all(clients.map((client) => client.stop()));
    await Promise.all(zoneClients.map((client) => client.close()));
  }
}

interface Scene {
  readonly record: FleetRecord;
  readonly order: DrillOrder;
  readonly region: Region;
  readonly clients: readonly DrillClient[];
  readonly watch: Watch;
  readonly say: (what: string) => void;
}

async function strike({ record, order, region, clients, watch, say }: Scene): Promise<DrillReport> {
  const startedAtMs = Date.now();
  await askControl(record, 'POST', '/faults', order);
  try {
    say(`${order.fault} strikes ${order.region} for ${order.forMs / 1_000} s`);
    await sleep(order.forMs);
  } finally {
    // The supervisor ends it as well; whoever is first. A drill never leaves a fault behind.
    await askControl(record, 'DELETE', `/faults/${order.region}`);
  }
  const liftedAtMs = Date.now();
  say('the fault has ended; waiting for the region to return in stages');
  const returned = () =>
    watch.weights.some((w) => w.atMs > liftedAtMs && w.weight === region.weight);
  while (!returned() && Date.now() < liftedAtMs + returnMsMax) await sleep(watchEveryMs);
  await Promise.all(clients.map((client) => client.stop()));
  return drillReport({
    region: region.id,
    fault: order.fault,
    startedAtMs,
    liftedAtMs,
    journal: readJournals(record),
    withdrawnAtMs: watch.answers.find((a) => a.atMs >= startedAtMs && !a.own)?.atMs ?? null,
    returnedAtMs: watch.answers.find((a) => a.atMs >= liftedAtMs && a.own)?.atMs ?? null,
    weights: watch.weights,
    normalWeight: region.weight,
    ttlSeconds: region.answerTtlSeconds,
    clients,
  });
}

/** A drill begins in peacetime: a region that is away already would show nothing. */
async function healthyRegion(record: FleetRecord, id: string): Promise<Region> {
  const { regions } = fleetFor('local');
  const region = regions.find((r) => r.id === id);
  if (region === undefined)
    throw new InputError('unknown-region', {
      found: `There is no region "${id}"`,
      why: 'A drill strikes one region of the local fleet',
      remedy: `Use one of: ${regions.map((r) => r.id).join(', ')}`,
    });
  const statuses = await vantageStatuses(record);
  const seen = statuses.map((s) => s.status).find((s) => s !== null);
  const ailing = seen?.regions.filter((r) => r.phase !== 'HEALTHY') ?? [];
  if (seen !== undefined && ailing.length === 0) return region;
  throw new InputError('not-in-peacetime', {
    found:
      seen === undefined
        ? 'No vantage answers'
        : ailing.map((r) => `${r.id} is ${r.phase ?? 'not judged yet'}`).join(', '),
    why: 'A drill takes a region away from a fleet that can spare it',
    remedy: 'Wait until evenkeel status shows every region HEALTHY',
  });
}

function zoneClient(record: FleetRecord, policy: AddressPolicy): ZoneClient {
  return new ZoneClient({
    zone: record.zone,
    dnsServer: record.urls.dns,
    port: record.regionPort,
    caPem: readFileSync(record.caFile, 'utf8'),
    policy,
  });
}

interface Watch {
  readonly ownAddress: string;
  /** Whether the authoritative server answers the region's own name with its own address. */
  readonly answers: readonly { readonly atMs: number; readonly own: boolean }[];
  /** The region's weight in the zone, each time it changed. */
  readonly weights: readonly WeightStep[];
  stop(): void;
}

/** Looks at the name server itself and at what the vantages read from the zone, five times a second. */
function startWatch(record: FleetRecord, region: Region): Watch {
  const fleet = fleetFor('local');
  const ownAddress = new URL(record.urls.regions[region.id] ?? 'https://unknown').hostname;
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([record.urls.dns]);
  const answers: { atMs: number; own: boolean }[] = [];
  const weights: WeightStep[] = [{ atMs: Date.now(), weight: region.weight }];
  const look = async () => {
    const addresses = await resolver.resolve4(regionName(fleet, region.id));
    answers.push({ atMs: Date.now(), own: addresses.includes(ownAddress) });
    const statuses = await vantageStatuses(record);
    const newest = statuses
      .flatMap(({ status }) => (status === null ? [] : [status]))
      .sort((a, b) => (b.term?.number ?? 0) - (a.term?.number ?? 0))[0];
    const weight = newest?.regions.find((r) => r.id === region.id)?.weight.zone ?? null;
    if (weight !== null && weight !== weights.at(-1)?.weight)
      weights.push({ atMs: Date.now(), weight });
  };
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      // A server that does not answer in time is looked at again in a moment.
      .catch(() => undefined)
      .finally(() => {
        looking = false;
      });
  }, watchEveryMs);
  return { ownAddress, answers, weights, stop: () => clearInterval(timer) };
}

function readJournals({ directory, urls }: FleetRecord): readonly JournalLine[] {
  return Object.keys(urls.vantages).flatMap((vantage) => {
    const text = readFileSync(join(directory, 'vantages', vantage, 'journal.jsonl'), 'utf8');
    return text
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line): JournalLine => ({
        ...(JSON.parse(line) as Omit<JournalLine, 'vantage'>),
        vantage,
      }));
  });
}
