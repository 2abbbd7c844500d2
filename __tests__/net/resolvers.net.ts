// Five real resolvers and their variants against the local Route 53: that each answers, how long it keeps what it was told, and
// what the first user after a silence is told.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { measuredZone, ResolverBed } from '../../bench/leap/lab/resolver-bed.ts';
import { enclosureObstacle } from '../../failover/lab/enclosure.ts';
import { resolverProfiles } from '../../failover/lab/resolvers/resolver-profile.ts';
import { resolverVersions } from '../../failover/lab/resolvers/resolver-program.ts';
import { median } from '../support/lab/recorded.ts';

const missing = Object.entries(resolverVersions()).flatMap(([software, version]) =>
  version === null ? [software] : [],
);
const obstacle = missing.length > 0 ? `${missing.join(', ')} not installed` : enclosureObstacle();
if (obstacle !== null) console.warn(`The resolver tests are skipped: ${obstacle}.`);
const labTest = obstacle === null ? test : test.skip;

const startMsMax = 120_000;
const testMsMax = 60_000;
const ttlSeconds = 5;
const pollMs = 250;
const pollingMs = 16_000;
/** A fetch is seen with the poll that caused it, and the machine may be late. */
const toleranceSeconds = 0.7;
/** Longer than any of them holds a TTL of 5 s of its own accord. */
const silenceMs = 8_000;
const [before, after] = ['192.0.2.5', '192.0.2.6'];

/**
 * Seconds between two fetches of a record with a TTL of 5 s that somebody asks for all the time.
 * Unbound and Knot hold an answer until its last second is over; Knot's prediction module keeps nothing so short; null: not
 * fetched again within this test, as the answer is held for 30 s.
 */
const heldSeconds: Readonly<Record<string, number | null>> = {
  unbound: 6,
  'unbound+prefetch': 5,
  'unbound+stale-at-once': 6,
  'unbound+stale-after-timeout': 6,
  'unbound+min-ttl': null,
  bind: 5,
  'bind+no-prefetch': 5,
  'bind+stale-after-timeout': 5,
  'bind+min-ttl': null,
  knot: 6,
  'knot+prefetch': pollMs / 1_000,
  'knot+stale-after-timeout': 6,
  'knot+min-ttl': null,
  pdns: 5,
  'pdns+prefetch': 4.5,
  'pdns+stale-after-timeout': 5,
  'pdns+no-packet-cache': 5,
  'pdns+min-ttl': null,
  dnsmasq: 5,
  'dnsmasq+stale-at-once': 6,
  'dnsmasq+min-ttl': null,
};

let bed: ResolverBed | null = null;

beforeAll(async () => {
  if (obstacle === null) bed = await ResolverBed.open(resolverProfiles, 1);
}, startMsMax);
afterAll(() => bed?.close(), startMsMax);

function opened(): ResolverBed {
  if (bed === null) throw new Error('the testbed was not built');
  return bed;
}

const askedOfAll = (there: ResolverBed, name: string) =>
  Promise.all(
    there.caches.map(async (cache) => {
      const { error, records } = await there.ask(cache, name);
      return [cache.profile.id, error ?? records.map(({ address }) => address).join(' ')] as const;
    }),
  );

const intervalsMs = (times: readonly number[]): readonly number[] =>
  times.slice(1).map((time, i) => time - (times[i] ?? 0));

labTest(
  'each answers, and asks again after as long as was measured of it',
  async () => {
    const there = opened();
    const name = `polled.${measuredZone}`;
    await there.set({ name, ttlSeconds, addresses: [before] });
    for (const until = Date.now() + pollingMs; Date.now() < until; await sleep(pollMs))
      expect((await askedOfAll(there, name)).filter(([, told]) => told !== before)).toEqual([]);

    expect(Object.keys(heldSeconds)).toEqual(there.caches.map(({ profile }) => profile.id));
    const wrong = there.caches.flatMap((cache) => {
      const intervals = intervalsMs(there.fetches(cache, name));
      const expected = heldSeconds[cache.profile.id] ?? null;
      const isAsMeasured =
        expected === null
          ? intervals.length === 0
          : Math.abs(median(intervals) / 1_000 - expected) <= toleranceSeconds;
      return isAsMeasured ? [] : [`${cache.name}: ${expected} s expected, ${intervals.join(' ')}`];
    });
    expect(wrong).toEqual([]);
  },
  testMsMax,
);

labTest(
  'the first question after a silence is answered with the old address only where that was asked for, or a minimum holds it',
  async () => {
    const there = opened();
    const name = `quiet.${measuredZone}`;
    await there.set({ name, ttlSeconds, addresses: [before] });
    await askedOfAll(there, name);
    await there.set({ name, ttlSeconds, addresses: [after] });
    await sleep(silenceMs);
    const old = (await askedOfAll(there, name)).filter(([, told]) => told === before);
    expect(old.map(([id]) => id)).toEqual(
      resolverProfiles
        .filter(({ options }) => options.stale === 'at-once' || options.ttlSecondsMin !== undefined)
        .map(({ id }) => id),
    );
  },
  testMsMax,
);
