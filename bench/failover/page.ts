// The page of the failover benches: what was measured, how, what it shows and what it does not, around tables from raw figures.
import { readFileSync } from 'node:fs';
import { ours } from './arms.ts';
import { measurementFile } from './measurement.ts';
import {
  controlText,
  drainsTable,
  lossTable,
  peersTable,
  probesTable,
  provenanceText,
} from './tables.ts';
import type {
  DrainsMeasurement,
  LossMeasurement,
  PeersMeasurement,
  ProbesMeasurement,
} from './tables.ts';

const names = {
  peers: '2026-11-21-failover-peers',
  lossy: '2026-11-21-failover-lossy-link',
  drains: '2026-11-21-failover-false-drains',
  probes: '2026-11-21-failover-probe-cost',
} as const;

const read = (name: string): unknown => JSON.parse(readFileSync(measurementFile(name), 'utf8'));

export function failoverPage(): string {
  const peers = read(names.peers) as PeersMeasurement;
  const lossy = read(names.lossy) as LossMeasurement;
  const drains = read(names.drains) as DrainsMeasurement;
  const probes = read(names.probes) as ProbesMeasurement;
  return [
    '# Failover, measured',
    'Written by `npm run bench:failover:page` from the raw figures beside it. The machine has two cores and other work on them: ratios, counts and pairs say more than single seconds. Every arm sees the same fault at the same moment, so whatever disturbs one disturbs all.',
    ...peersPart(peers),
    ...lossyPart(lossy),
    ...drainsPart(drains),
    ...probesPart(probes),
  ]
    .join('\n\n')
    .concat('\n');
}

const peersPart = (peers: PeersMeasurement) => [
  '## The same faults, seen by ours and by gdnsd',
  'Network namespaces with three regions; our three vantages as shipped, with mutual TLS between them and the local Route 53 as their provider; three gdnsd beside the first vantage. The primary region is killed (its kernel refuses), blackholed (every packet dropped) or frozen (SIGSTOP), at a random moment, in shuffled order. "Found" is the first verdict of a quorum, or the state change in gdnsd\'s log; "switched" is the first question of 20 a second, at the authoritative server itself, from which on no answer led to the dead region.',
  [
    '- `evenkeel`: a probe a second over TLS, 0.8 s to answer, three misses, two of three vantages.',
    '- `gdnsd defaults`: every 10 s, 10 failures.',
    '- `gdnsd tuned`: our thresholds at the shortest interval (2 s) and timeout (1 s) that it takes: three failures, one success forgives.',
    '- `gdnsd eager`: the same with two failures.',
  ].join('\n'),
  peersTable(peers, ours),
  controlText(peers),
  [
    'What to hold against this table:',
    '',
    '- gdnsd is the authoritative server itself, and its switch includes all it has to do (it publishes a state about 1 s after finding it). Ours writes to a provider; the local one serves a change after 0.3 s, the real Route 53 "generally within 60 seconds". Its propagation comes on top of ours, and of nobody\'s else. Against that stand standby addresses that users hold before anything fails, and native health checks.',
    '- `gdnsd eager` finds a dead region about as quickly as we do, sometimes sooner. What that costs is in the false drains below.',
    '- gdnsd asks in plain HTTP (its monitor speaks no TLS) and knows nothing of readings that are wrong.',
    '- gdnsd with its defaults is started anew after each round, because it would need 20 good polls, over three minutes, to come back.',
  ].join('\n'),
  ...[...peers.earlier, peers].map((run) => provenanceText(names.peers, run)),
];

const lossyPart = (lossy: LossMeasurement) => [
  '## One vantage with a bad link',
  'The first vantage, and gdnsd with it, hangs on a wire that loses packets independently, both ways. All regions are well: whoever leaves one is wrong. "Times" is how often the primary region was found down, "s" for how long answers led elsewhere.',
  lossTable(lossy),
  provenanceText(names.lossy, lossy),
];

const drainsPart = (drains: DrainsMeasurement) => [
  '## False drains a day',
  'A region that never fails, on simulated links that lose 2 % of the probes independently and everything in four bursts an hour of 1.5 s on average (Gilbert and Elliott; exponential). Each vantage has a link of its own. Ours runs the code of `fleet/health.ts` and `failover/core`; gdnsd is its rule as gdnsd.config(5) words it, its timeouts losing what ours lose. Events a day, with exact 95 % intervals; a region that has been left is returned slowly, and cannot be left again meanwhile.',
  drainsTable(drains),
  "Links that fail together (a storm over all vantages, a region's own uplink) are no false drains in this sense and are not modelled. gdnsd's defaults are the safest rule of all, and take a minute and a half to see a dead region.",
  provenanceText(names.drains, drains),
];

const probesPart = (probes: ProbesMeasurement) => [
  '## What probing costs',
  'The shipped prober (TLS, certificates checked, an answer read to its end) as a process of its own on one core, once a second for each endpoint; nginx answers on the other core, without TLS sessions that could be resumed. "Processor" is user and system time of the whole process by the kernel\'s account; "on time" are probes that began within 0.1 s of their moment and were answered well in 0.8 s. Evenly spread, and all at once as a beat of a vantage begins them. Middle of the rounds.',
  probesTable(probes),
  'A row with nothing on time shows that one core cannot carry it, and no rate: of 1,000 begun at once the handshakes alone take longer than the 0.8 s in which a probe must be answered, and what times out begins with a handshake again; evenly spread the same 1,000 cost a third of a core. 3,000 at once are left out. A fleet of ours has seven endpoints and begins them at once; whoever has a thousand must spread them over the second, and whoever has more over cores. The machine was not idle: load is beside the date.',
  provenanceText(names.probes, probes),
];
