// Drills that take away those who watch and steer: vantages, the links between them, the DNS service's API.
import type { Drill, StopConditions } from './drill.ts';

const stop: StopConditions = { carefulSuccessMin: 0.9, survivorFails: true };

export const watchDrills: readonly Drill[] = [
  {
    name: 'control-plane-loss',
    title: 'Control-plane loss: the DNS API cannot be reached',
    after: 'AWS’ static stability: a data plane that needs no control plane while things fail.',
    purpose:
      'No controller can change the zone, and then a region is lost: what stands in the zone must suffice.',
    hypothesis:
      'The last answers stand; Route 53’s own health checks leave the region, and the standby addresses in every answer carry careful clients.',
    strikes: [
      { on: 'vantage', whom: 'every', fault: 'cut-api', afterTtls: 0, forTtls: 14 },
      { on: 'region', whom: 'struck', fault: 'isolate', afterTtls: 1, forTtls: 12 },
    ],
    detection: 'native-check',
    relapses: 0,
    expected: [
      'the vantages see the region fall and cannot write it down',
      'after three failed checks the name servers leave the region by themselves',
      'the API is back: the controllers find the zone as it was, and the region answering again',
    ],
    criteria: [
      { kind: 'careful-success', share: 1 },
      { kind: 'survivors-kept' },
      { kind: 'rolled-back' },
    ],
    stop,
    byHand: null,
    lookAt: [
      '`evenkeel status`: the controllers say that the zone cannot be read or written',
      'DNS answers of `api`: the region leaves them though its weight stands',
    ],
    deployed:
      'Deny the vantages’ roles `route53:ChangeResourceRecordSets` for the length of the drill (a deny policy attached by hand), with `operator-drain` refused as the expected finding; no order does that.',
  },
  {
    name: 'vantage-loss',
    title: 'Loss of a vantage during a failover',
    after: 'Jepsen’s pause nemesis: a process that stops, wakes, and acts on what it believed.',
    purpose:
      'One of three vantages stands still, a region is lost, and the vantage wakes with old beliefs while it returns.',
    hypothesis:
      'Two of three suffice: the failover takes no longer, and nothing that the sleeper wanted takes effect.',
    strikes: [
      { on: 'vantage', whom: 'one', fault: 'freeze', afterTtls: 0, forTtls: 8 },
      { on: 'region', whom: 'struck', fault: 'kill', afterTtls: 1, forTtls: 4 },
    ],
    detection: 'readiness',
    relapses: 0,
    expected: [
      'one vantage is silent and counts for nobody',
      'the other two agree and leave the region',
      'the sleeper wakes; its batch, if it had one on the way, is fenced by the term',
      'the region returns in steps',
    ],
    criteria: [
      { kind: 'careful-success', share: 1 },
      { kind: 'detected' },
      { kind: 'left' },
      { kind: 'survivors-kept' },
      { kind: 'staged-return' },
      { kind: 'changes-at-most', count: 6 },
      { kind: 'rolled-back' },
    ],
    stop,
    byHand: null,
    lookAt: [
      '`failover_fenced_total`: a fenced batch is the fence at work, not a fault',
      'terms grow by one, also across the waking',
    ],
    deployed:
      'Stop the controller of one vantage (`systemctl stop evenkeel` there) before `operator-drain`, and start it half-way; no order does that.',
  },
  {
    name: 'vantage-partition',
    title: 'Partition: one vantage sees nothing and is heard by nobody',
    after: 'Jepsen’s partition nemesis, and reliability.md I5: one view alone removes nothing.',
    purpose: 'A vantage loses every region and both peers, and believes the whole fleet dead.',
    hypothesis: 'It has no quorum, so nothing changes, and nobody notices.',
    strikes: [
      { on: 'vantage', whom: 'one', fault: 'cut-regions', afterTtls: 0, forTtls: 6 },
      { on: 'vantage', whom: 'one', fault: 'cut-peers', afterTtls: 0, forTtls: 6 },
    ],
    detection: 'none',
    relapses: 0,
    expected: [
      'the vantage’s own opinions turn to down for every region',
      'for it the verdict is unknown: too few vantages; for the others nothing has happened',
      'the links are back and it agrees again',
    ],
    criteria: [
      { kind: 'careful-success', share: 1 },
      { kind: 'nobody-left' },
      { kind: 'changes-at-most', count: 0 },
      { kind: 'rolled-back' },
    ],
    stop,
    byHand: null,
    lookAt: [
      'the partitioned vantage’s status: fail static, not a plan',
      'the term: it is the same before and after',
    ],
    deployed:
      'Deny the vantage’s machine all egress but DNS in its security group for the length of the drill; no order does that.',
  },
];
