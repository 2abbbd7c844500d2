// The figures of one arm and client of a run, with intervals that do not change when another run is published beside it.
import { createHash } from 'node:crypto';
import { chanceFrom } from '../../../failover/simulation/seeded-chance.ts';
import { downtimeSummary, savedShare, thinned } from '../../../failover/leap/downtime-summary.ts';
import type {
  DowntimeSummary,
  Estimate,
  KillDowntimes,
} from '../../../failover/leap/downtime-summary.ts';
import { killsOf } from './run-set.ts';
import type { Choice, RunSet } from './run-set.ts';

/** A million simulated users tell no more about an interval than so many of each kill, evenly spread. */
const usersPerKillMax = 100;

/** Tables and figures ask for the same ones. */
const known = new WeakMap<RunSet, Map<string, DowntimeSummary | null>>();

/** Null where nobody was measured. */
export function summaryOf(set: RunSet, choice: Choice, resamples = 1_000): DowntimeSummary | null {
  const ofSet = known.get(set) ?? new Map<string, DowntimeSummary | null>();
  known.set(set, ofSet);
  const key = `${nameOf(set, choice)} ${resamples}`;
  const found = ofSet.get(key);
  if (found !== undefined) return found;
  const summary = summarized(set, choice, resamples);
  ofSet.set(key, summary);
  return summary;
}

function summarized(set: RunSet, choice: Choice, resamples: number): DowntimeSummary | null {
  const kills = killsOf(set, choice);
  if (kills.length === 0) return null;
  const summary = downtimeSummary(kills.map(fewer), drawFor(set, choice), resamples);
  return { ...summary, users: kills.reduce((sum, users) => sum + users.length, 0) };
}

/** Of what users of one arm lost, the share that users of another did not. */
export function savedOf(set: RunSet, from: Choice, to: Choice): Estimate | null {
  const [before, after] = [killsOf(set, from), killsOf(set, to)];
  if (before.length === 0 || after.length === 0) return null;
  return savedShare(before.map(fewer), after.map(fewer), drawFor(set, to));
}

const fewer = (users: KillDowntimes): KillDowntimes => thinned(users, usersPerKillMax);

const nameOf = (
  { backend, role, ttlSeconds }: RunSet,
  { arm, client, resolvers }: Choice,
): string => [backend, role, ttlSeconds, arm, client, ...(resolvers ?? [])].join(' ');

/** A seed from the name of the figure: each is repeated alone. */
const drawFor = (set: RunSet, choice: Choice) =>
  chanceFrom(createHash('sha256').update(nameOf(set, choice)).digest().readUInt32BE(0)).draw;
