// `npm run bench:leap:resolvers`: how long each real resolver holds an answer, in which order it tells it on, and what it says when
// the zone is silent. Raw figures go to docs/measurements, what predictions need to failover/leap/profiles.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { enclosureObstacle } from '../../failover/lab/enclosure.ts';
import { resolverProfiles } from '../../failover/lab/resolvers/resolver-profile.ts';
import { resolverVersions } from '../../failover/lab/resolvers/resolver-program.ts';
import { numbersFrom } from '../failover/arguments.ts';
import { recorder } from '../failover/measurement.ts';
import { runBench } from '../failover/run-bench.ts';
import type { Cache } from './lab/caches.ts';
import { ResolverBed, measuredZone } from './lab/resolver-bed.ts';
import { modelOf } from './lab/resolver-figures.ts';
import type { FirstAddresses } from './lab/resolver-figures.ts';

const measurement = '2026-11-21-leap-resolvers';
const ttlsSeconds = [1, 5, 10, 30, 60, 300] as const;
const options = {
  /** So many fetches of the longest TTL are waited for, while the others repeat themselves. */
  seconds: { default: 660, min: 30 },
  copies: { default: 2, min: 1 },
};

const [before, after] = ['192.0.2.1', '192.0.2.2'];
const askersPerName = 6;
const names = 40;
/** Longer than the longest minimum that a profile has. */
const silenceMs = 40_000;
const patienceMs = 15_000;
const backMsMax = 60_000;

const of = (name: string) => `${name}.${measuredZone}`;
const ttlName = (ttlSeconds: number) => of(`ttl-${ttlSeconds}`);
/** Often enough to see when an answer is let go, and no more: many caches are asked at once. */
const pollMs = (ttlSeconds: number) => (ttlSeconds <= 10 ? 250 : 500);

const onEach = async <T>(bed: ResolverBed, work: (cache: Cache) => Promise<T>) =>
  new Map(
    await Promise.all(bed.caches.map(async (cache) => [cache.name, await work(cache)] as const)),
  );

/** First addresses of fresh names with two addresses, each asked several times. */
async function measureOrder(bed: ResolverBed): Promise<ReadonlyMap<string, FirstAddresses>> {
  const seen = new Map<string, (readonly string[])[]>(bed.caches.map(({ name }) => [name, []]));
  for (let n = 0; n < names; n += 1) {
    const name = of(`pair-${n}`);
    await bed.set({ name, ttlSeconds: 300, addresses: [before, after] });
    for (const [cache, told] of await onEach(bed, (c) => firstsOf(bed, c, name)))
      seen.get(cache)?.push(told);
  }
  return seen;
}

async function firstsOf(bed: ResolverBed, cache: Cache, name: string): Promise<readonly string[]> {
  const told: string[] = [];
  for (let asker = 0; asker < askersPerName; asker += 1)
    told.push((await bed.ask(cache, name)).records[0]?.address ?? '');
  return told;
}

/** A record changes while nobody asks: whether the next one is told the old address. */
async function measureStaleFirst(bed: ResolverBed): Promise<ReadonlyMap<string, boolean>> {
  const name = of('quiet');
  await bed.set({ name, ttlSeconds: 5, addresses: [before] });
  await onEach(bed, (cache) => bed.ask(cache, name));
  await bed.set({ name, ttlSeconds: 5, addresses: [after] });
  await sleep(silenceMs);
  return onEach(bed, async (cache) => (await bed.ask(cache, name)).records[0]?.address === before);
}

/** The zone's server falls silent, and comes back with another address: what is told meanwhile, and when the new one is. */
async function measureSilence(bed: ResolverBed) {
  const name = of('silent');
  await bed.set({ name, ttlSeconds: 5, addresses: [before] });
  await onEach(bed, (cache) => bed.ask(cache, name));
  bed.freezeZone();
  await sleep(silenceMs);
  const silent = await onEach(bed, (cache) => bed.ask(cache, name, patienceMs));
  bed.thawZone();
  await bed.set({ name, ttlSeconds: 5, addresses: [after] });
  const backAt = Date.now();
  const newAfterMs = await onEach(bed, async (cache) => {
    for (; Date.now() < backAt + backMsMax; await sleep(250))
      if ((await bed.ask(cache, name)).records[0]?.address === after) return Date.now() - backAt;
    return null;
  });
  return { silent, newAfterMs };
}

async function measure(bed: ResolverBed, seconds: number) {
  const fromMs = performance.now();
  for (const ttlSeconds of ttlsSeconds) {
    await bed.set({ name: ttlName(ttlSeconds), ttlSeconds, addresses: [before] });
    bed.keepBusy(ttlName(ttlSeconds), pollMs(ttlSeconds));
  }
  const order = await measureOrder(bed);
  const stale = await measureStaleFirst(bed);
  await sleep(Math.max(0, seconds * 1_000 - (performance.now() - fromMs)));
  const fetches = new Map(
    bed.caches.map((cache) => [
      cache.name,
      Object.fromEntries(ttlsSeconds.map((ttl) => [ttl, intervalsMs(bed, cache, ttl)])),
    ]),
  );
  const { silent, newAfterMs } = await measureSilence(bed);
  return bed.caches.map(({ name, profile }) => ({
    cache: name,
    id: profile.id,
    fetchIntervalsMs: fetches.get(name) ?? {},
    pairs: order.get(name) ?? [],
    staleFirst: stale.get(name) === true,
    silent: silent.get(name) ?? null,
    newAfterMs: newAfterMs.get(name) ?? null,
  }));
}

type Measured = Awaited<ReturnType<typeof measure>>[number];

function intervalsMs(bed: ResolverBed, cache: Cache, ttlSeconds: number): readonly number[] {
  const times = bed.fetches(cache, ttlName(ttlSeconds));
  return times.slice(1).map((time, i) => time - (times[i] ?? 0));
}

/** The copies of one profile together. */
function joined(copies: readonly Measured[]) {
  const [{ id }] = copies as [Measured];
  return {
    id,
    fetchIntervalsMs: Object.fromEntries(
      ttlsSeconds.map((ttl) => [ttl, copies.flatMap((copy) => copy.fetchIntervalsMs[ttl] ?? [])]),
    ),
    pairs: copies.flatMap(({ pairs }) => pairs),
    staleFirst: copies.some(({ staleFirst }) => staleFirst),
  };
}

function keep(measured: readonly Measured[], source: string): void {
  for (const profile of resolverProfiles) {
    const copies = measured.filter(({ id }) => id === profile.id);
    const model = modelOf(joined(copies), source);
    const file = new URL(`../../failover/leap/profiles/${profile.id}.json`, import.meta.url);
    writeFileSync(fileURLToPath(file), `${JSON.stringify(model, null, 2)}\n`);
  }
}

async function main(args: readonly string[]): Promise<void> {
  const { seconds, copies } = numbersFrom(args, options);
  const versions = resolverVersions();
  const missing = Object.entries(versions).find(([, version]) => version === null);
  const obstacle = missing === undefined ? enclosureObstacle() : `${missing[0]} is not installed`;
  if (obstacle !== null) {
    console.log(`Nothing was measured: ${obstacle}.`);
    return;
  }
  const command = `npm run bench:leap:resolvers -- --seconds ${seconds} --copies ${copies}`;
  const record = recorder(measurement, command, 0, versions);
  console.log(
    `${resolverProfiles.length * copies} caches: about ${Math.ceil((seconds + 150) / 60)} min`,
  );
  const bed = await ResolverBed.open(resolverProfiles, copies);
  try {
    const caches = await measure(bed, seconds);
    record.writeCompressed({ caches });
    keep(caches, `docs/measurements/${measurement}.json.gz: ${command}`);
  } finally {
    await bed.close();
  }
}

await runBench(main);
