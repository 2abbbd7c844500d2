// Looks at a fleet before and after a drill: the scene that preflight judges, and the snapshots that prove the rollback.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Region } from '../../fleet/fleet.ts';
import type { RecordSet } from '../../fleet/records.ts';
import type { Status } from '../../failover/status.ts';
import type { PhantomUpload } from '../drill-clients.ts';
import type { Drill } from './drill.ts';
import type { DrillSite } from './drill-site.ts';
import type { RegionScene, Scene } from './preflight.ts';
import type { Snapshot } from './rollback.ts';
import type { ScheduledBlow } from './strikes.ts';

const readTries = 5;
const readAgainMs = 1_000;
/** The clinics of a drill send six a second: a survivor must bear a second of them at once. */
const trialUploads = 6;

interface Statuses {
  readonly byVantage: ReadonlyMap<string, Status | null>;
  /** Of the vantage that has read the zone last. */
  readonly newest: Status | null;
}

async function statusesOf(site: DrillSite): Promise<Statuses> {
  const entries = await Promise.all(
    site.fleet.vantages.map(async ({ id }) => [id, await site.statusOf(id)] as const),
  );
  const heard = entries.flatMap(([, status]) => status ?? []);
  const newest = heard.sort((a, b) => (b.term?.number ?? 0) - (a.term?.number ?? 0))[0] ?? null;
  return { byVantage: new Map(entries), newest };
}

/** Whatever takes something away by hand. A restore only gives back, and may stand for long. */
const takingOrders = (status: Status | null): readonly string[] =>
  (status?.orders ?? []).flatMap((order) => {
    if (order.kind !== 'drain' && order.kind !== 'freeze') return [];
    const what = order.kind === 'drain' ? `drain of ${order.region}` : 'freeze of the zone';
    return [`${what} by ${order.actor} (${order.reason})`];
  });

export interface ScenePlan {
  readonly drill: Drill;
  readonly struck: Region;
  readonly schedule: readonly ScheduledBlow[];
  readonly uploads: readonly PhantomUpload[];
}

/** Every zone change that the drill may cost, by its own criterion; a whole failover and return without one. */
const changesNeeded = ({ criteria }: Drill): number =>
  criteria.flatMap((c) => (c.kind === 'changes-at-most' ? [c.count] : []))[0] ?? 6;

export async function observeScene(site: DrillSite, plan: ScenePlan): Promise<Scene> {
  const { drill, struck, schedule, uploads } = plan;
  const [{ byVantage, newest }, active] = await Promise.all([
    statusesOf(site),
    site.faults.active(),
  ]);
  const heard = [...byVantage.values()].filter((status) => status !== null);
  const regions = site.fleet.regions.map(async ({ id }): Promise<RegionScene> => {
    const seen = newest?.regions.find((region) => region.id === id);
    return {
      id,
      phase: seen?.phase ?? null,
      weight: seen?.weight.zone ?? null,
      trial: id === struck.id ? null : await trialOf(site, id, uploads),
    };
  });
  return {
    fleet: site.fleet,
    drill,
    struck,
    schedule,
    regions: await Promise.all(regions),
    vantagesAnswering: [...byVantage].flatMap(([id, status]) => (status === null ? [] : [id])),
    changesLeft: Math.min(...heard.map(({ changesLeft }) => changesLeft.other), Infinity),
    changesNeeded: changesNeeded(drill),
    otherDrill: active[0]?.drill ?? null,
    orders: takingOrders(newest),
    cannot: [...new Set(schedule.flatMap((blow) => site.faults.cannot(blow) ?? []))],
  };
}

/** Sends a second's uploads to one region directly, all at once. */
async function trialOf(site: DrillSite, region: string, uploads: readonly PhantomUpload[]) {
  const [address = ''] = site.deployment.addresses[region] ?? [];
  const client = site.client('first');
  const one = async (index: number) => {
    const upload = uploads[index % uploads.length];
    const beganMs = performance.now();
    const ok = await client
      .sendTo(address, {
        method: 'POST',
        path: '/v1/studies',
        headers: { 'content-type': upload?.contentType ?? '', 'cache-control': 'no-store' },
        ...(upload === undefined ? {} : { body: upload.body }),
      })
      .then(
        ({ status }) => status === 200,
        () => false,
      );
    return { ok, tookMs: performance.now() - beganMs };
  };
  try {
    // The first answer of a connection pays for its handshake.
    await one(0);
    const films = await Promise.all(Array.from({ length: trialUploads }, (_, i) => one(i)));
    return {
      sent: films.length,
      succeeded: films.filter(({ ok }) => ok).length,
      slowestMs: Math.round(Math.max(...films.map(({ tookMs }) => tookMs))),
    };
  } finally {
    await client.close();
  }
}

export async function observeSnapshot(site: DrillSite): Promise<Snapshot> {
  const [{ byVantage, newest }, active, records] = await Promise.all([
    statusesOf(site),
    site.faults.active(),
    readRecords(site),
  ]);
  const vantages = [...byVantage].map(([id, status]) => [id, status !== null] as const);
  const regions = await Promise.all(
    site.fleet.regions.map(async ({ id }) => [id, await answersReadiness(site, id)] as const),
  );
  return {
    records,
    phases: Object.fromEntries((newest?.regions ?? []).map(({ id, phase }) => [id, phase ?? ''])),
    answering: Object.fromEntries([...regions, ...vantages]),
    faults: active.map(({ text }) => text),
    orders: takingOrders(newest),
  };
}

/** The account's requests are few, and the controllers use them too. */
async function readRecords(site: DrillSite): Promise<readonly RecordSet[]> {
  for (let tries = 1; ; tries += 1)
    try {
      return await site.records();
    } catch (error) {
      if (tries === readTries) throw error;
      await sleep(readAgainMs);
    }
}

/** Asked directly, at the region's own first address. */
export async function answersReadiness(
  site: Pick<DrillSite, 'deployment' | 'client'>,
  region: string,
): Promise<boolean> {
  const [address = ''] = site.deployment.addresses[region] ?? [];
  const client = site.client('first');
  try {
    const { status } = await client.sendTo(address, { method: 'GET', path: '/readyz' });
    return status === 200;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}
