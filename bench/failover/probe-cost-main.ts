// `npm run bench:failover:probes`: what probing costs one core, from 10 endpoints to 3,000; every run goes to docs/measurements.
import { execFile, spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fleetFor } from '../../fleet/environments.ts';
import { apiName } from '../../fleet/records.ts';
import { numbersFrom } from './arguments.ts';
import { recorder } from './measurement.ts';
import { isolated, nginxVersion, startNginx } from './nginx-target.ts';
import type { NginxTarget } from './nginx-target.ts';
import { runBench } from './run-bench.ts';

const name = '2026-11-21-failover-probe-cost';
const endpoints = [10, 30, 100, 300, 1_000, 3_000];
const port = 18_443;
const [targetCore, proberCore] = [0, 1];
const options = { rounds: { default: 2, min: 1 } };
const warmUpSeconds = 10;
/** With 1,000 endpoints connections last for 20 to 39 probes: the stretch holds whole lives of them. */
const measuredSeconds = 60;
/** More of them at once only stand in each other's way. */
const atOnceMax = 1_000;
const load = fileURLToPath(new URL('probe-load.ts', import.meta.url));

async function measure(caFile: string, count: number, pace: string) {
  const [program, ...rest] = isolated(proberCore, [
    process.execPath,
    '--import',
    'tsx',
    load,
    String(count),
    String(port),
    caFile,
    pace,
    String(warmUpSeconds),
    String(measuredSeconds),
  ]);
  const { stdout } = await promisify(execFile)(program, rest, { signal: ending.signal });
  return { ...(JSON.parse(stdout) as object), loadAverage: loadavg()[0] };
}

/** Why nothing can be measured here, in words; null when it can. */
function obstacle(): string | null {
  if (nginxVersion() === null) return 'nginx is not installed (Debian package nginx-light)';
  if (spawnSync('chrt', ['--rr', '1', 'true']).status !== 0)
    return 'the prober and its target need a core each to themselves, which takes root (chrt)';
  return null;
}

const targets: NginxTarget[] = [];
const ending = new AbortController();

/** The prober that runs, and what it probes. */
async function closeAll(): Promise<void> {
  ending.abort();
  await Promise.all(targets.splice(0).map((target) => target.close()));
}

async function main(args: readonly string[]): Promise<void> {
  const { rounds } = numbersFrom(args, options);
  const hindrance = obstacle();
  if (hindrance !== null) {
    console.log(`Nothing was measured: ${hindrance}.`);
    return;
  }
  const command = `npm run bench:failover:probes -- --rounds ${rounds}`;
  const record = recorder(name, command, 0, { nginx: nginxVersion() ?? '' });
  const fleet = fleetFor('production');
  const target = await startNginx(apiName(fleet), port, targetCore);
  targets.push(target);
  const runs: object[] = [];
  // Sizes take turns, so that whoever else is on the machine disturbs all of them alike.
  for (let round = 0; round < rounds; round += 1)
    for (const pace of ['even', 'at-once'])
      for (const count of endpoints.filter((size) => pace === 'even' || size <= atOnceMax)) {
        const run = { round, ...(await measure(target.caFile, count, pace)) };
        runs.push(run);
        console.log(JSON.stringify(run));
        record.write({ probe: fleet.probe, runs });
      }
}

await runBench(main, closeAll);
