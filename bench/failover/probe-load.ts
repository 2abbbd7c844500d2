// One vantage's probes of many endpoints, as a process that is measured: the shipped prober, each endpoint once a second.
import { readFileSync } from 'node:fs';
import { httpsProber } from '../../failover/adapters/https-prober.ts';
import { systemClock as clock } from '../../failover/adapters/system-clock.ts';
import { fleetFor } from '../../fleet/environments.ts';
import { primaryOf, regionId } from '../../fleet/fleet.ts';
import type { Fleet, Region } from '../../fleet/fleet.ts';
import { ProbeTally } from './probe-tally.ts';

/** `even` gives each endpoint its own moment of the second; `at-once` begins with all of them, as a beat of a vantage does. */
const [countText, port, caFile = '', pace = '', warmUpSeconds, measuredSeconds] =
  process.argv.slice(2);
const count = Number(countText);
const seconds = (text: string | undefined) => Number(text) * 1_000;

const addressesPerNetwork = 250;
/** 127.1.0.1 and on: each endpoint has an address, and so connections, of its own. */
const addressOf = (index: number) =>
  `127.1.${Math.floor(index / addressesPerNetwork)}.${1 + (index % addressesPerNetwork)}`;

const production = fleetFor('production');
const regions: readonly Region[] = Array.from({ length: count }, (_, index) => ({
  ...primaryOf(production),
  id: regionId(`endpoint-${index}`),
  port: Number(port),
}));
const fleet: Fleet = { ...production, regions };
const prober = httpsProber({
  fleet,
  deployment: {
    hostedZoneId: '',
    addresses: Object.fromEntries(regions.map(({ id }, index) => [id, [addressOf(index)]])),
    healthCheckIds: {},
    nameServers: [],
  },
  ports: {},
  ca: readFileSync(caFile, 'utf8'),
  golden: null,
  clock,
});

const { intervalMs } = fleet.probe;
const phaseOf = (index: number) => (pace === 'even' ? (index * intervalMs) / count : 0);
const tally = new ProbeTally();
const beginMs = clock.monotonicMs();

/** A probe whose successor is due is left out: a core that cannot keep up must not pile up what it owes. */
async function probeAt(region: Region, dueMs: number): Promise<void> {
  const lateMs = clock.monotonicMs() - dueMs;
  if (lateMs >= intervalMs) {
    tally.leaveOut();
    return;
  }
  const { result } = await prober.probe(region);
  tally.add(result, lateMs);
}

/** The next probe that is due, over all endpoints; they come in the same order every second. */
let next = 0;
const dueOf = (probe: number) =>
  beginMs + Math.floor(probe / count) * intervalMs + phaseOf(probe % count);

function beginWhatIsDue(): void {
  for (; dueOf(next) <= clock.monotonicMs(); next += 1) {
    const region = regions[next % count];
    if (region !== undefined) void probeAt(region, dueOf(next));
  }
  setTimeout(beginWhatIsDue, Math.max(1, dueOf(next) - clock.monotonicMs()));
}

beginWhatIsDue();
await clock.sleep(seconds(warmUpSeconds));
tally.begin(clock.monotonicMs());
await clock.sleep(seconds(measuredSeconds));
const told = tally.told(clock.monotonicMs());
process.stdout.write(`${JSON.stringify({ endpoints: count, pace, ...told })}\n`, () =>
  process.exit(0),
);
