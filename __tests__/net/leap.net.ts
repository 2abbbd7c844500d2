// The experiment in small: one kill for each of three arms, before five real resolvers and the clients that programs have. What it
// would see if nothing helped is seen with the control.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ClientName } from '../../bench/leap/lab/client-names.ts';
import { ExperimentBed } from '../../bench/leap/lab/experiment-bed.ts';
import { experimentFleet } from '../../bench/leap/lab/experiment-fleet.ts';
import { roundTimes } from '../../bench/leap/lab/experiment-plan.ts';
import type { RoundResult } from '../../bench/leap/lab/round.ts';
import { controlArm, runRound } from '../../bench/leap/lab/round.ts';
import { comparedRows } from '../../bench/leap/compared-run.ts';
import { enclosureObstacle } from '../../failover/lab/enclosure.ts';
import { resolverProfiles } from '../../failover/lab/resolvers/resolver-profile.ts';
import { resolverVersions } from '../../failover/lab/resolvers/resolver-program.ts';

const missing = Object.entries(resolverVersions()).flatMap(([software, version]) =>
  version === null ? [software] : [],
);
const obstacle = missing.length > 0 ? `${missing.join(', ')} not installed` : enclosureObstacle();
if (obstacle !== null) console.warn(`The experiment's tests are skipped: ${obstacle}.`);
const labTest = obstacle === null ? test : test.skip;

const startMsMax = 180_000;
const roundMsMax = 180_000;
const ttlSeconds = 2;
const copies = 2;
/** The last answers of the arm before must be gone; so is a client's patience. */
const clients: readonly ClientName[] = [
  'first',
  'sequential',
  'node-http',
  'undici',
  'keep-alive',
  'curl',
  'quiet-first',
];
const careful: readonly string[] = ['sequential', 'node-http', 'undici'];
const profiles = resolverProfiles.filter(({ id, software }) => id === software);
const times = roundTimes(ttlSeconds, profiles, clients);
/** From a beat's death sentence to the last cache that learns of it; the machine may be late. */
const detectionMsMin = 2_000;

/** Of twenty cells with a kill each one is beyond two by chance. */
const standardErrorsMax = 3;

let bed: ExperimentBed | null = null;

beforeAll(async () => {
  if (obstacle !== null) return;
  const arm = { strategy: 'single', ttlSeconds };
  const fleet = experimentFleet({ kind: 'single' }, ttlSeconds);
  bed = await ExperimentBed.open({ fleet, arm, profiles, copies, clients, spreadMs: 2_000 });
}, startMsMax);
afterAll(() => bed?.close(), startMsMax);

const results: RoundResult[] = [];

async function struck(arm: string, number: number): Promise<RoundResult> {
  if (bed === null) throw new Error('the testbed was not built');
  const round = { number, arm, ttlSeconds, phaseMs: 0 };
  const result = await runRound(bed, round, 'blackhole', times);
  results.push(result);
  return result;
}

const downtimesOf = ({ rows }: RoundResult, client: string): readonly number[] =>
  rows.filter((row) => row.client === client).map(({ downtimeMs }) => downtimeMs);

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

let singleMs = Infinity;
const otherArms: Readonly<Record<string, string>> = { single: 'multi:1', 'multi:1': 'single' };

labTest(
  'control: with single addresses and nobody who rewrites them, whoever asks gets no answer any more',
  async () => {
    const result = await struck(controlArm, 0);
    expect(result.record.publishedMs).toBeNull();
    expect(result.rows.filter(({ requests }) => requests === 0)).toEqual([]);
    expect(result.rows.filter(({ failed, requests }) => failed < requests)).toEqual([]);
    expect(
      new Set(result.rows.map(({ firstAddressAliveShare }) => firstAddressAliveShare)),
    ).toEqual(new Set([0]));
  },
  roundMsMax,
);

labTest(
  'single addresses: everybody loses the time to the rewrite, and is back once the caches have learnt it',
  async () => {
    const result = await struck('single', 1);
    expect(result.record.publishedMs).not.toBeNull();
    for (const client of ['first', ...careful])
      for (const downtimeMs of downtimesOf(result, client)) {
        expect(downtimeMs).toBeGreaterThan(detectionMsMin);
        expect(downtimeMs).toBeLessThan(times.windowMs - 2_000);
      }
    singleMs = sum(downtimesOf(result, 'first'));
  },
  roundMsMax,
);

labTest(
  'two addresses: who tries both loses no request behind any resolver, and who tries the first loses less',
  async () => {
    const result = await struck('multi:1', 2);
    const careless = result.rows.filter((row) => careful.includes(row.client) && row.failed > 0);
    expect(careless).toEqual([]);
    expect(sum(downtimesOf(result, 'first'))).toBeLessThan(singleMs);
    // The harness sees that the region is dead: somebody did lose requests.
    expect(result.rows.some(({ failed }) => failed > 0)).toBe(true);
  },
  roundMsMax,
);

labTest(
  'the simulator says of these kills what was measured, and of other arms it does not',
  () => {
    const rounds = results.map(({ record }) => record);
    const rows = results.flatMap((result) => result.rows);
    const differing = (measured: typeof rows) =>
      comparedRows(measured, rounds, standardErrorsMax).filter(({ passes }) => !passes);
    expect(rounds).toHaveLength(3);
    expect(differing(rows)).toEqual([]);
    const exchanged = rows.map((row) => ({ ...row, arm: otherArms[row.arm] ?? row.arm }));
    expect(differing(exchanged).length).toBeGreaterThan(careful.length);
  },
);
