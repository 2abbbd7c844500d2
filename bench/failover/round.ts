// One round: peace, a fault at a moment nobody knows, and for each arm when it knew and when its answers stopped leading there.
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { blackhole } from '../../failover/lab/wire-faults.ts';
import type { Arena, Sighting } from './arena.ts';
import { ours, slowArm } from './arms.ts';

/** `none` strikes nothing and is measured like the others: the harness must then say "not detected". */
const faults = ['kill', 'blackhole', 'freeze', 'none'] as const;
export type Fault = (typeof faults)[number];

/** Null is "not within the round". */
export interface ArmResult {
  readonly detectedMs: number | null;
  readonly switchedMs: number | null;
}

export interface RoundResult {
  readonly fault: Fault;
  readonly region: string;
  readonly struckAt: string;
  readonly arms: Readonly<Record<string, ArmResult>>;
  readonly loadAverage: number;
}

/** gdnsd's defaults need 10 failures at 10 s and the last one's timeout. */
const roundMsMax = 120_000;
/** An answer may lack the address by chance (ours draws by weight); 60 in a row do not. */
const settledMs = 3_000;
const peaceMsMax = 120_000;
/** Of ours: 80 of 100 by weight; less would be a step before the last. */
const shareOfPeace = 0.68;
const windowAnswers = 100;
const lookEveryMs = 250;

export async function runRound(arena: Arena, fault: Fault, phaseMs: number): Promise<RoundResult> {
  const region = arena.fleet.regions.find(({ role }) => role === 'primary')?.id ?? '';
  await peace(arena, region);
  await sleep(phaseMs);
  const since = await strike(arena, fault, region);
  const sightings = await untilSwitched(arena, since);
  const loadAverage = loadavg()[0] ?? Number.NaN;
  const arms = await results(arena, region, since, sightings);
  await heal(arena, fault, region);
  return { fault, region, struckAt: new Date(since).toISOString(), arms, loadAverage };
}

async function strike(arena: Arena, fault: Fault, region: string): Promise<number> {
  const since = Date.now();
  if (fault === 'blackhole') {
    await arena.strike(blackhole(arena.address(region)));
    // The rules stand from the end of the call at the latest.
    return Date.now();
  }
  if (fault === 'kill') await arena.process(region).kill();
  if (fault === 'freeze') arena.process(region).freeze();
  return since;
}

async function heal(arena: Arena, fault: Fault, region: string): Promise<void> {
  if (fault === 'blackhole') await arena.strike([]);
  if (fault === 'kill') await arena.process(region).start();
  if (fault === 'freeze') arena.process(region).thaw();
  const slow = arena.peers.find(({ name }) => name === slowArm);
  await slow?.stop();
  await slow?.start();
}

const hasSwitched = ({ lastWith, firstWithout }: Sighting, since: number) =>
  firstWithout !== null && firstWithout >= since && Date.now() - (lastWith ?? 0) >= settledMs;

async function untilSwitched(arena: Arena, since: number) {
  for (;;) {
    const sightings = await arena.sightings();
    const isOver = Date.now() - since >= roundMsMax;
    if (isOver || Object.values(sightings).every((s) => hasSwitched(s, since))) return sightings;
    await sleep(lookEveryMs);
  }
}

async function results(
  arena: Arena,
  region: string,
  since: number,
  sightings: Readonly<Record<string, Sighting>>,
): Promise<Readonly<Record<string, ArmResult>>> {
  const verdicts = await arena.verdicts(region, since);
  const found = verdicts.find(({ standing }) => standing === 'down')?.at ?? null;
  const detected = new Map<string, number | null>([
    [ours, found],
    ...arena.peers.map((peer) => [peer.name, peer.downAt(arena.address(region), since)] as const),
  ]);
  return Object.fromEntries(
    [...detected].map(([name, at]) => {
      const sighting = sightings[name];
      const hasLeft = sighting !== undefined && hasSwitched(sighting, since);
      const switchedAt = hasLeft ? sighting.firstWithout : null;
      return [name, { detectedMs: after(since, at), switchedMs: after(since, switchedAt) }];
    }),
  );
}

const after = (since: number, at: number | null) => (at === null ? null : at - since);

/** Every server leads to the region as often as it should, measured over answers that were all given after the call. */
async function peace(arena: Arena, region: string): Promise<void> {
  arena.watch(region);
  for (const deadline = Date.now() + peaceMsMax; Date.now() < deadline; await sleep(lookEveryMs)) {
    const sightings = Object.entries(await arena.sightings());
    const isBack = ([name, { share, answers }]: (typeof sightings)[number]) =>
      answers === windowAnswers && share >= (name === ours ? shareOfPeace : 1);
    if (sightings.every(isBack)) return;
  }
  throw new Error(`no peace within ${peaceMsMax} ms`);
}
