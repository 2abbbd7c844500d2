// `npm run bench:failover:peers`: the same faults seen by ours and by gdnsd; every raw round goes to docs/measurements.
import { readFileSync } from 'node:fs';
import { enclosureObstacle } from '../../failover/lab/enclosure.ts';
import { chanceFrom } from '../../failover/simulation/seeded-chance.ts';
import { Arena } from './arena.ts';
import { numbersFrom } from './arguments.ts';
import { gdnsdArms } from './arms.ts';
import { gdnsdVersion } from './gdnsd-peer.ts';
import { measurementFile, recorder } from './measurement.ts';
import { runRound } from './round.ts';
import type { RoundResult } from './round.ts';
import { schedule } from './schedule.ts';
import { runBench } from './run-bench.ts';

const name = '2026-11-21-failover-peers';
const options = {
  rounds: { default: 20, min: 1 },
  beds: { default: 1, min: 1 },
  seed: { default: 1, min: 0 },
  /** 1 adds to the rounds that are kept already, which then stay with their own provenance. */
  append: { default: 0, min: 0 },
};
/** Testbeds built at the same moment would wait for each other's programs. */
const bedEveryMs = 20_000;

const open = new Set<Arena>();

async function closeAll(): Promise<void> {
  await Promise.all([...open].map((arena) => arena.close()));
  open.clear();
}

/** The run that is kept, and those that it was added to. */
function earlierRuns(): readonly object[] {
  const { earlier, ...newest } = JSON.parse(readFileSync(measurementFile(name), 'utf8')) as {
    readonly earlier?: readonly object[];
  };
  return [...(earlier ?? []), newest];
}

async function main(args: readonly string[]): Promise<void> {
  const { rounds, beds, seed, append } = numbersFrom(args, options);
  const version = gdnsdVersion();
  const obstacle =
    version === null ? 'gdnsd is not installed (Debian package gdnsd)' : enclosureObstacle();
  if (version === null || obstacle !== null) {
    console.log(`Nothing was measured: ${obstacle}.`);
    return;
  }
  const command = `npm run bench:failover:peers -- --rounds ${rounds} --beds ${beds} --seed ${seed} --append ${append}`;
  const record = recorder(name, command, seed, { gdnsd: version });
  const plans = schedule(['kill', 'blackhole', 'freeze'], { rounds, beds }, chanceFrom(seed));
  const earlier = append === 0 ? [] : earlierRuns();
  const results: (RoundResult & { readonly bed: number })[] = [];
  const work = plans.map(async (plan, bed) => {
    await new Promise((resolve) => setTimeout(resolve, bed * bedEveryMs));
    const arena = await Arena.open(false);
    open.add(arena);
    for (const { fault, phaseMs } of plan) {
      const result = { bed, ...(await runRound(arena, fault, phaseMs)) };
      results.push(result);
      console.log(JSON.stringify(result));
      record.write({
        thresholds: gdnsdArms(arena.fleet.probe),
        ours: arena.fleet.probe,
        rounds: results,
        earlier,
      });
    }
  });
  // One testbed that fails does not take the rounds of the others with it.
  const broken = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
  if (broken?.status === 'rejected') throw broken.reason;
}

await runBench(main, closeAll);
