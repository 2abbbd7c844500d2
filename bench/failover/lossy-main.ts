// `npm run bench:failover:lossy`: one vantage's own link loses packets; who leaves a region that is well?
import { setTimeout as sleep } from 'node:timers/promises';
import { enclosureObstacle } from '../../failover/lab/enclosure.ts';
import { Arena } from './arena.ts';
import { numbersFrom } from './arguments.ts';
import { ours } from './arms.ts';
import { gdnsdVersion } from './gdnsd-peer.ts';
import { recorder } from './measurement.ts';
import { runBench } from './run-bench.ts';

const name = '2026-11-21-failover-lossy-link';
const options = { seconds: { default: 120, min: 1 } };
const lossPercents = [0, 10, 20, 30, 40];
/** Between two stretches everybody comes back: gdnsd's defaults are not waited for. */
const calmMs = 45_000;
const lookEveryMs = 250;

const open: Arena[] = [];
const closeAll = () => Promise.all(open.splice(0).map((arena) => arena.close()));

interface Stretch {
  downs: number;
  awaySeconds: number;
}

/** How often each arm took the region for dead, and for how long hardly any of its answers led there. */
async function stretch(arena: Arena, lossPercent: number, seconds: number) {
  const region = arena.fleet.regions.find(({ role }) => role === 'primary')?.id ?? '';
  arena.watch(region);
  const since = Date.now();
  arena.lose(lossPercent);
  const away: Record<string, number> = {};
  for (let lookedMs = since; Date.now() - since < seconds * 1_000;) {
    await sleep(lookEveryMs);
    const [sightings, nowMs] = [await arena.sightings(), Date.now()];
    for (const [arm, { lastWith }] of Object.entries(sightings))
      if (nowMs - (lastWith ?? since) > 1_000) away[arm] = (away[arm] ?? 0) + nowMs - lookedMs;
    lookedMs = nowMs;
  }
  arena.lose(0);
  const said = await arena.verdicts(region, since);
  const found: Record<string, Stretch> = {
    [ours]: {
      downs: said.filter(({ standing }) => standing === 'down').length,
      awaySeconds: (away[ours] ?? 0) / 1_000,
    },
  };
  for (const { name: arm, changes } of arena.peers) {
    const address = arena.address(region);
    const downs = changes.filter((c) => c.address === address && !c.isUp && c.at >= since).length;
    found[arm] = { downs, awaySeconds: (away[arm] ?? 0) / 1_000 };
  }
  return { lossPercent, seconds, arms: found };
}

async function main(args: readonly string[]): Promise<void> {
  const { seconds } = numbersFrom(args, options);
  const version = gdnsdVersion();
  const obstacle =
    version === null ? 'gdnsd is not installed (Debian package gdnsd)' : enclosureObstacle();
  if (version === null || obstacle !== null) {
    console.log(`Nothing was measured: ${obstacle}.`);
    return;
  }
  const command = `npm run bench:failover:lossy -- --seconds ${seconds}`;
  const record = recorder(name, command, 20_261_121, { gdnsd: version });
  const arena = await Arena.open(true);
  open.push(arena);
  const stretches: object[] = [];
  for (const lossPercent of lossPercents) {
    await sleep(calmMs);
    const result = await stretch(arena, lossPercent, seconds);
    stretches.push(result);
    console.log(JSON.stringify(result));
    record.write({ stretches });
  }
}

await runBench(main, closeAll);
