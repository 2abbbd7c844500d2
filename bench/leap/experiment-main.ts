// `npm run experiment -- --backend lab --out DIR`: strikes the arms in turn before real caches and real clients, and keeps every row.
import { enclosureObstacle } from '../../failover/lab/enclosure.ts';
import { resolverProfiles } from '../../failover/lab/resolvers/resolver-profile.ts';
import { resolverVersions } from '../../failover/lab/resolvers/resolver-program.ts';
import { isInputError } from '../../fleet/errors.ts';
import { parseStrategy } from '../../fleet/strategy-text.ts';
import { provenanceNow } from '../failover/measurement.ts';
import { experimentArguments } from './experiment-arguments.ts';
import { experimentTable } from './experiment-table.ts';
import { ExperimentBed } from './lab/experiment-bed.ts';
import { experimentFleet } from './lab/experiment-fleet.ts';
import { durationMs, roundsOf, roundTimes } from './lab/experiment-plan.ts';
import type { ExperimentSettings, PlannedRound } from './lab/experiment-plan.ts';
import { ResultsFolder } from './lab/results-folder.ts';
import { runRound, strategyOfArm } from './lab/round.ts';
import type { RoundRecord } from './lab/round.ts';

let open: ExperimentBed | null = null;

const close = async () => {
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

async function main(args: readonly string[]): Promise<void> {
  const { settings, out } = experimentArguments(args);
  const obstacle = obstacleFor(settings);
  if (obstacle !== null) {
    console.log(`Nothing was measured: ${obstacle}.`);
    return;
  }
  const command = `npm run experiment -- ${args.join(' ')}`;
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
    if (open === null) return;
    const result = await runRound(open, round, settings.fault, timesOf(round.ttlSeconds));
    folder.add(result);
    const left = rounds.slice(index + 1);
    console.log(progress(result.record, left.length, durationMs(left, timesOf)));
  }
  console.log(experimentTable(folder.rows, settings.seed));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void close().finally(() => process.exit(130)));

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
} finally {
  await close();
}
