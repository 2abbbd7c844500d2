// Drills that take a region away, or a part of it.
import type { Criterion, Drill, StopConditions } from './drill.ts';

const carefulLoseNothing: Criterion = { kind: 'careful-success', share: 1 };
const stop: StopConditions = { carefulSuccessMin: 0.9, survivorFails: true };

const noFis =
  'The stacks hold no AWS FIS experiment template, and Google Cloud and Azure have no equal; until they do, the network is cut by hand (a deny-all network ACL on the region’s subnets, lifted by a timer set beforehand) while `operator-drain` shows the DNS half.';

const failover = (byWhat: string): readonly string[] => [
  `${byWhat}: a quorum of vantages says that the region is down`,
  'one batch gives it weight 0 and takes its addresses out of every answer',
  'the name servers serve the batch; clients that try every address have noticed nothing',
  'one TTL later clients that try one address only are served by the others',
  'the fault ends; after the hold-off the region returns in steps of 10, 40, 70 and 100 %',
];

export const regionDrills: readonly Drill[] = [
  {
    name: 'multi-region-isolation',
    title: 'Multi-Region: isolation',
    after:
      'AWS Resilience Hub and FIS, “Multi-Region: isolation”: it passes only if every success alarm stays quiet to the end.',
    purpose:
      'A region is cut off from everybody while it runs on and believes itself well, as when its network fails.',
    hypothesis:
      'Vantages time out, a quorum leaves the region, and clients that try every address lose no upload.',
    strikes: [{ on: 'region', whom: 'struck', fault: 'isolate', afterTtls: 0, forTtls: 6 }],
    detection: 'readiness',
    relapses: 0,
    expected: failover('Three probes time out'),
    criteria: [
      carefulLoseNothing,
      { kind: 'detected' },
      { kind: 'left' },
      { kind: 'simple-recovery' },
      { kind: 'survivors-kept' },
      { kind: 'changes-at-most', count: 6 },
      { kind: 'rolled-back' },
    ],
    stop,
    byHand: null,
    lookAt: [
      '`failover_opinion` of each vantage: all three turn within two beats of each other',
      '`evenkeel explain`: rule leave-down with the names of the vantages that said so',
    ],
    deployed: noFis,
  },
  {
    name: 'multi-region-recovery',
    title: 'Multi-Region: recovery',
    after:
      'AWS Resilience Hub and FIS, “Multi-Region: recovery”: held after isolation, judged on the way back.',
    purpose:
      'A region dies with everything in it, is built again, and must take its users back without a stampede.',
    hypothesis:
      'The region returns by itself after the hold-off, in steps of no more than 25, and nobody notices.',
    strikes: [{ on: 'region', whom: 'struck', fault: 'kill', afterTtls: 0, forTtls: 4 }],
    detection: 'readiness',
    relapses: 0,
    expected: failover('Three probes are refused'),
    criteria: [
      carefulLoseNothing,
      { kind: 'left' },
      { kind: 'staged-return' },
      { kind: 'returned' },
      { kind: 'changes-at-most', count: 6 },
      { kind: 'rolled-back' },
    ],
    stop,
    byHand: null,
    lookAt: [
      '`failover_weight{view="zone"}` of the region: a staircase, never a wall',
      'latency of the region’s first answers: a cold region shows here',
    ],
    deployed:
      'Drain the region with `operator-drain`, replace its instance group while it is away (`npm run deploy` with a new release), and judge the return by the same report.',
  },
  {
    name: 'zone-power-interruption',
    title: 'AZ availability: power interruption, with its recovery half',
    after:
      'AWS FIS, “AZ Availability: Power Interruption”: the outage, and as long again of recovery symptoms with no new capacity.',
    purpose:
      'One of a region’s three zones loses power: its connections are reset, a third of the capacity is gone and stays gone after the power is back.',
    hypothesis:
      'The loss of a zone is the region’s own affair: nobody leaves it, DNS does not change, and clients that try every address lose nothing.',
    strikes: [
      { on: 'region', whom: 'struck', fault: 'zone', afterTtls: 0, forTtls: 2 },
      { on: 'region', whom: 'struck', fault: 'short', afterTtls: 0, forTtls: 8 },
    ],
    detection: 'none',
    relapses: 0,
    expected: [
      'open connections to the dark zone are reset; every third new one is, until the balancer has noticed',
      'two thirds of the capacity carry the whole load: answers are slower and right',
      'the recovery half: the power is back, and machines are not yet',
      'the zone’s capacity is back; the DNS records are those of before, term included',
    ],
    criteria: [
      { kind: 'careful-success', share: 0.99 },
      { kind: 'nobody-left' },
      { kind: 'changes-at-most', count: 0 },
      { kind: 'rolled-back' },
    ],
    stop,
    byHand: null,
    lookAt: [
      'the 99th percentile of the region’s answers in both halves',
      'that no vantage said down: a region that is left for one zone is a second outage',
    ],
    deployed:
      'In the AWS console run FIS’ scenario “AZ Availability: Power Interruption” against the region’s instance group (30 min, and 30 min of recovery), with this drill’s clients measuring: the stacks hold no FIS template.',
  },
  {
    name: 'grey-failure',
    title: 'Grey failure: ready, and of no use',
    after:
      'Huang et al., “Gray Failure: The Achilles’ Heel of Cloud-Scale Systems” (HotOS 2017): the observer sees a system well that its users see fail.',
    purpose:
      'The region says that it is ready, and uploads vanish on their way to it, as on a path that drops large packets.',
    hypothesis:
      'Readiness sees nothing; the golden inference of the vantages does, and the region is left.',
    strikes: [{ on: 'region', whom: 'struck', fault: 'grey', afterTtls: 0, forTtls: 15 }],
    detection: 'inference',
    relapses: 0,
    expected: failover('Golden inferences time out one after another'),
    criteria: [
      carefulLoseNothing,
      { kind: 'detected' },
      { kind: 'left' },
      { kind: 'survivors-kept' },
      { kind: 'changes-at-most', count: 6 },
      { kind: 'rolled-back' },
    ],
    stop,
    byHand: null,
    lookAt: [
      '`failover_probe_success{probe="ready"}` stays 1 while `{probe="golden"}` falls to 0',
      'how long clients that try one address only suffered: this is the price of the golden beat',
    ],
    deployed:
      'On one machine of each zone drop large packets (`iptables -A INPUT -p tcp --dport 443 -m length --length 1200:65535 -j DROP`, with a timer that removes the rule); the fault has no order or API.',
  },
  {
    name: 'flapping',
    title: 'Flapping: down and up and down',
    after: 'Envoy’s outlier ejection and gdnsd’s down-time doubling, as a drill.',
    purpose: 'A region falls, comes back and falls again, four times.',
    hypothesis:
      'Each relapse doubles the hold-off, so the zone changes a bounded number of times and users are not led back into it.',
    strikes: [0, 5, 10, 15].map((afterTtls) => ({
      on: 'region',
      whom: 'struck',
      fault: 'refuse',
      afterTtls,
      forTtls: 2,
    })),
    detection: 'readiness',
    relapses: 3,
    expected: [
      'first fall: left within seconds',
      'it answers again and is on probation; the hold-off is twice as long after each relapse',
      'last rise: one whole return in steps, nothing else',
    ],
    criteria: [
      carefulLoseNothing,
      { kind: 'left' },
      { kind: 'survivors-kept' },
      { kind: 'staged-return' },
      { kind: 'changes-at-most', count: 12 },
      { kind: 'rolled-back' },
    ],
    stop,
    byHand: null,
    lookAt: [
      '`failover_changes_left`: the reserve for leaving a dead region is untouched',
      '`evenkeel explain`: rule wait-hold-off with the doubled time',
    ],
    deployed: noFis,
  },
  {
    name: 'starved-survivor',
    title: 'Capacity-starved survivor',
    after:
      'AWS FIS’ insufficient-capacity errors during a power interruption, and the cascades that follow a failover into a region that cannot grow.',
    purpose: 'The first standby has lost most of its capacity when the other region’s users come.',
    hypothesis:
      'The standby is slow or sheds load and is not left for it; its users are taken by the third region.',
    strikes: [
      { on: 'region', whom: 'standby', fault: 'starve', afterTtls: 0, forTtls: 9 },
      { on: 'region', whom: 'struck', fault: 'isolate', afterTtls: 1, forTtls: 6 },
    ],
    detection: 'readiness',
    relapses: 0,
    expected: failover('Three probes time out'),
    criteria: [
      { kind: 'careful-success', share: 0.99 },
      { kind: 'left' },
      { kind: 'survivors-kept' },
      { kind: 'changes-at-most', count: 6 },
      { kind: 'rolled-back' },
    ],
    stop: { carefulSuccessMin: 0.8, survivorFails: true },
    byHand: null,
    lookAt: [
      'that shedding (429 or 503 with Retry-After) condemns nobody',
      'which region answered: the third one’s share grows',
    ],
    deployed:
      'Set the standby group’s maximum to its minimum before `operator-drain` drains the struck region, and back afterwards; no order does that.',
  },
];
