// `npm run bench:failover:drains`: false drains in simulated days, ours and gdnsd's rule, on links that lose probes.
import { fleetFor } from '../../fleet/environments.ts';
import { numbersFrom } from './arguments.ts';
import { gdnsdArms } from './arms.ts';
import { gdnsdDrains, quorumDrains, withOneVantage } from './false-drains.ts';
import type { DrainSettings } from './false-drains.ts';
import type { LossyLinkSettings } from './lossy-link.ts';
import { recorder } from './measurement.ts';
import type { Drains } from './quorum-rule.ts';
import { poissonInterval } from './statistics.ts';
import { runBench } from './run-bench.ts';

const name = '2026-11-21-failover-false-drains';
const options = { days: { default: 1_000, min: 1 }, seed: { default: 1, min: 0 } };

const usual: LossyLinkSettings = {
  lossShare: 0.02,
  burstLossShare: 1,
  burstsPerHour: 4,
  burstMsMean: 1_500,
};
/** `usual` is what the claim is about; the others say how far it carries. */
const links: Readonly<Record<string, LossyLinkSettings>> = {
  usual,
  'half the loss': { ...usual, lossShare: 0.01, burstsPerHour: 2 },
  'twice the loss': { ...usual, lossShare: 0.04, burstsPerHour: 8 },
  'longer bursts': { ...usual, burstMsMean: 4_000 },
};

/** Rare, so that it takes all of the days; the others show themselves in a tenth of them. */
const claimed = 'evenkeel, 2 of 3 vantages';

const perDay = ({ verdicts, drains }: Drains, days: number) => {
  const { low, high } = poissonInterval(drains);
  return { verdicts, drains, perDay: drains / days, low: low / days, high: high / days };
};

function main(args: readonly string[]): void {
  const { days, seed } = numbersFrom(args, options);
  const fleet = fleetFor('production');
  const command = `npm run bench:failover:drains -- --days ${days} --seed ${seed}`;
  const record = recorder(name, command, seed);
  const thresholds = gdnsdArms(fleet.probe);
  const rules: Readonly<Record<string, (settings: DrainSettings) => Drains>> = {
    [claimed]: (settings) => quorumDrains(fleet, settings),
    'evenkeel, one vantage': (settings) => quorumDrains(withOneVantage(fleet), settings),
    ...Object.fromEntries(
      Object.entries(thresholds).map(([arm, some]) => [
        arm,
        (settings: DrainSettings) => gdnsdDrains(some, settings),
      ]),
    ),
  };
  const results: object[] = [];
  for (const [linkName, link] of Object.entries(links)) {
    for (const [rule, drainsOf] of Object.entries(rules)) {
      const simulated = link === usual && rule === claimed ? days : Math.ceil(days / 10);
      const counted = drainsOf({ link, days: simulated, seed });
      const result = { link: linkName, rule, days: simulated, ...perDay(counted, simulated) };
      results.push(result);
      console.log(JSON.stringify(result));
      record.write({ links, probe: fleet.probe, steering: fleet.steering, thresholds, results });
    }
  }
}

await runBench(main);
