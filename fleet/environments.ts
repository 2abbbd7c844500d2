// The four fleets. Production is the reference; the others differ only where their purpose does.
import { checkedFleet } from './check-fleet.ts';
import { InputError } from './errors.ts';
import { environmentNames, regionId, vantageId } from './fleet.ts';
import type {
  EnvironmentName,
  Estate,
  Fleet,
  ProbePolicy,
  Region,
  SteeringPolicy,
  Vantage,
} from './fleet.ts';
import type { SafetyRule } from './safety-rules.ts';

const paris = regionId('aws-paris');
const belgium = regionId('gcp-belgium');
const frankfurt = regionId('azure-frankfurt');

/**
 * Secondaries get a tenth of the answers each in peacetime, and more through the standby addresses in the primary's: warm,
 * measured every day, and able to grow from there.
 */
const regions: readonly Region[] = [
  {
    id: paris,
    cloud: 'aws',
    location: 'eu-west-3',
    role: 'primary',
    weight: 80,
    standby: [belgium, frankfurt],
    addressCount: 3,
    port: 443,
    answerTtlSeconds: 60,
    network: '10.16.0.0/16',
    instances: { machine: 'c7i.xlarge', min: 3, max: 12 },
  },
  {
    id: belgium,
    cloud: 'gcp',
    location: 'europe-west1',
    role: 'secondary',
    weight: 10,
    standby: [frankfurt, paris],
    addressCount: 2,
    port: 443,
    answerTtlSeconds: 60,
    network: '10.32.0.0/16',
    instances: { machine: 'c3-standard-4', min: 2, max: 12 },
  },
  {
    id: frankfurt,
    cloud: 'azure',
    location: 'germanywestcentral',
    role: 'secondary',
    weight: 10,
    standby: [belgium, paris],
    addressCount: 2,
    port: 443,
    answerTtlSeconds: 60,
    network: '10.48.0.0/16',
    instances: { machine: 'Standard_F4s_v2', min: 2, max: 12 },
  },
];

/** One vantage in each cloud and none in a region's own location: a storm must not blind the watcher it strikes. */
const vantages: readonly Vantage[] = [
  {
    id: vantageId('vantage-dublin'),
    cloud: 'aws',
    location: 'eu-west-1',
    network: '10.64.0.0/24',
    machine: 't4g.small',
  },
  {
    id: vantageId('vantage-finland'),
    cloud: 'gcp',
    location: 'europe-north1',
    network: '10.64.1.0/24',
    machine: 'e2-small',
  },
  {
    id: vantageId('vantage-amsterdam'),
    cloud: 'azure',
    location: 'westeurope',
    network: '10.64.2.0/24',
    machine: 'Standard_B1ms',
  },
];

/**
 * Three misses at 1 s detect a dead region in about 3.5 s. With two of three vantages, links that lose 2 % and four bursts of
 * 1.5 s an hour make one false drain in some weeks (__tests__/fleet/false-drains.test.ts counts them).
 */
const probe: ProbePolicy = {
  intervalMs: 1_000,
  timeoutMs: 800,
  connectTimeoutMs: 500,
  goldenIntervalMs: 15_000,
  goldenTimeoutMs: 5_000,
  failuresToDown: 3,
  successesToUp: 6,
  lossy: { failures: 8, of: 20, failuresToUp: 2 },
  grey: {
    windowMs: 60_000,
    samplesMin: 20,
    errorShareMax: 0.2,
    slowdownMax: 3,
    slowMsMin: 500,
  },
  // Public resolvers of three companies, by address, over the port on which the regions are probed too.
  canary: { targets: ['1.1.1.1:443', '8.8.8.8:443', '9.9.9.9:443'], reachableMin: 2 },
};

const steering: SteeringPolicy = {
  quorum: 2,
  observationAgeMsMax: 5_000,
  restoreSteps: [0.1, 0.4, 0.7, 1],
  restoreStepMs: 120_000,
  holdOffMs: 300_000,
  holdOffMsMax: 3_600_000,
  changesMax: 10,
  changesReservedForLeaving: 2,
  changeWindowMs: 600_000,
  orderMsMax: 30 * 60_000,
  // A freeze that somebody forgot must not make an outage of a region's death.
  leavesDeadWhileFrozen: true,
  safetyRules: [
    {
      name: 'somebody-answers',
      kind: 'assertAtLeast',
      count: 1,
      regions: regions.map(({ id }) => id),
    },
    { name: 'automatic', kind: 'gate', holds: 'automatic', usually: 'on' },
    { name: 'returns', kind: 'gate', holds: 'returns', usually: 'on' },
    // As long as Route 53 ARC waits, unless it is told otherwise.
    { name: 'settle', kind: 'wait', waitMs: 5_000 },
    { name: 'survivors', kind: 'capacity', utilisationMax: 0.7, spareInstances: 1 },
  ],
};

/** State and copies stand in locations that are no region's, so that they survive any region. */
const estate: Estate = {
  owner: 'platform',
  alertEmail: 'oncall@evenkeel.example',
  monthlyBudgetUsd: 9_000,
  accounts: {},
  stateLocations: ['eu-west-1', 'eu-north-1'],
  replicaLocation: 'eu-central-1',
  protectsData: true,
  logRetentionDays: 400,
  auditRetentionDays: 2_192,
  provisionedConcurrency: 1,
  monitoring: { network: '10.64.3.0/24', machine: 't4g.medium' },
};

const production: Fleet = {
  environment: 'production',
  zone: 'evenkeel.example',
  strategy: { kind: 'multi', standbyAddresses: 1 },
  regions,
  vantages,
  probe,
  steering,
  estate,
};

const smaller = (region: Region): Region => ({
  ...region,
  instances: { ...region.instances, min: 1, max: 3 },
});

/** On one machine everything is quicker and on loopback; the shape of the fleet is production's. */
const local: Fleet = {
  ...production,
  environment: 'local',
  zone: 'evenkeel.lab',
  regions: regions.map((region) => ({
    ...region,
    addressCount: 1,
    port: 8443,
    answerTtlSeconds: 5,
    instances: { ...region.instances, min: 1, max: 1 },
  })),
  // A laptop may be without a network: whoever starts this fleet names canaries of its own.
  probe: { ...probe, canary: { targets: [], reachableMin: 1 } },
  steering: {
    ...steering,
    holdOffMs: 5_000,
    holdOffMsMax: 60_000,
    restoreStepMs: 4_000,
    changesMax: 30,
    changesReservedForLeaving: 6,
    safetyRules: steering.safetyRules.flatMap((rule): readonly SafetyRule[] => {
      // One instance each, which shares its processor with everything else here: there is nothing to measure and to spare.
      if (rule.kind === 'capacity') return [];
      return rule.kind === 'wait' ? [{ ...rule, waitMs: 1_000 }] : [rule];
    }),
  },
};

const fleets: Readonly<Record<EnvironmentName, Fleet>> = {
  local,
  qa: {
    ...production,
    environment: 'qa',
    zone: 'qa.evenkeel.example',
    regions: regions.map(smaller),
    estate: {
      ...estate,
      monthlyBudgetUsd: 4_500,
      protectsData: false,
      logRetentionDays: 30,
      auditRetentionDays: 30,
      provisionedConcurrency: 0,
      monitoring: null,
    },
  },
  preproduction: {
    ...production,
    environment: 'preproduction',
    zone: 'pre.evenkeel.example',
    estate: { ...estate, logRetentionDays: 90, auditRetentionDays: 90 },
  },
  production,
};

/** Returns a checked fleet; `InputError` 'unknown-environment' or 'wrong-fleet' otherwise. */
export function fleetFor(name: string): Fleet {
  const known = environmentNames.find((n) => n === name);
  if (known === undefined)
    throw new InputError('unknown-environment', {
      found: `There is no environment "${name}"`,
      why: 'Each environment is a fleet of its own in fleet/environments.ts',
      remedy: `Use one of: ${environmentNames.join(', ')}`,
    });
  return checkedFleet(fleets[known]);
}
