// The experiment in the lab: strikes the arms in turn before real caches and real clients, and keeps every row.
import { enclosureObstacle } from '../../../failover/lab/enclosure.ts';
import { resolverProfiles } from '../../../failover/lab/resolvers/resolver-profile.ts';
import { resolverVersions } from '../../../failover/lab/resolvers/resolver-program.ts';
import { parseStrategy } from '../../../fleet/strategy-text.ts';
import { provenanceNow } from '../../failover/measurement.ts';
import { experimentTable } from '../experiment-table.ts';
import { ExperimentBed } from './experiment-bed.ts';
import { experimentFleet } from './experiment-fleet.ts';
import { durationMs, roundsOf, roundTimes } from './experiment-plan.ts';
import type { ExperimentSettings, PlannedRound } from './experiment-plan.ts';
import { ResultsFolder } from './results-folder.ts';
import { runRound, strategyOfArm } from './round.ts';
import type { RoundRecord } from './round.ts';

let open: ExperimentBed | null = null;

/** No process and no network of it is left. */
export const closeLab = async (): Promise<void> => {
  const bed = open;
  open = null;
  await bed?.close();
};

const profilesOf = ({ resolvers }: ExperimentSettings) =>
  resolverProfiles.filter(({ id }) => resolvers.includes(id));

function obstacleFor(settings: ExperimentSettings): string | null {
  const versions = resolverVersions();
  const missing = profilesOf(settings).find(({ software }) => versions[software] === null);
  return missing === undefined ? enclosureObstacle() : `${missing.software} is not installed`;
}

function openBed(settings: ExperimentSettings, { arm, ttlSeconds }: PlannedRound) {
  const strategy = strategyOfArm(arm);
  return ExperimentBed.open({
    fleet: experimentFleet(parseStrategy(strategy), ttlSeconds),
    arm: { strategy, ttlSeconds },
    profiles: profilesOf(settings),
    copies: settings.copies,
    clients: settings.clients,
    spreadMs: Math.max(...settings.ttlsSeconds) * 1_000,
  });
}

const minutes = (ms: number) => `${Math.ceil(ms / 60_000)} min`;
const seconds = (ms: number | null) => (ms === null ? 'never' : `${(ms / 1_000).toFixed(1)} s`);

const progress = (record: RoundRecord, left: number, leftMs: number): string =>
  `${record.arm} at TTL ${record.ttlSeconds}: detected ${seconds(record.detectedMs)}, published ` +
  `${seconds(record.publishedMs)}, ${record.rows} rows; ${left} rounds left, about ${minutes(leftMs)}`;

/** Resolves with the rows as a table; with what is missing on this machine where nothing can be measured. `closeLab` ends it. */
export async function runLab(
  settings: ExperimentSettings,
  out: string,
  command: string,
): Promise<string> {
  const obstacle = obstacleFor(settings);
  if (obstacle !== null) return `Nothing was measured: ${obstacle}.`;
  const provenance = provenanceNow(command, settings.seed, resolverVersions());
  const folder = new ResultsFolder(out, settings, provenance);
  const done = new Set(folder.done.map(({ number }) => number));
  const rounds = roundsOf(settings).filter(({ number }) => !done.has(number));
  const timesOf = (ttl: number) => roundTimes(ttl, profilesOf(settings), settings.clients);
  console.log(
    `${rounds.length} rounds to make, ${done.size} made: about ${minutes(durationMs(rounds, timesOf))}`,
  );
  const [first] = rounds;
  if (first !== undefined) open = await openBed(settings, first);
  for (const [index, round] of rounds.entries()) {
    if (open === null) break;
    const result = await runRound(open, round, settings.fault, timesOf(round.ttlSeconds));
    folder.add(result);
    const left = rounds.slice(index + 1);
    console.log(progress(result.record, left.length, durationMs(left, timesOf)));
  }
  return experimentTable(folder.rows, settings.seed);
}
