// What a fleet costs in a month: what stands always, what is used in a stated scenario, and what may be chosen besides.
import type { Cloud, Fleet, Region, Vantage } from '../../fleet/fleet.ts';
import { structuredSize, structuredTasks } from '../constructs/pipelines/structured-service.ts';
import { pipelinesRegion } from '../pipelines.ts';
import { hoursPerMonth, machinePrices, prices } from './prices.ts';
import type { Price } from './prices.ts';

export interface CostRow {
  readonly what: string;
  /** Of the price's unit, in a month. */
  readonly quantity: number;
  /** Null where the table knows no price: the row counts for nothing, and says so. */
  readonly price: Price | null;
  readonly usd: number;
}

export interface MonthlyCost {
  /** Due whether anybody calls or not. */
  readonly fixed: readonly CostRow[];
  /** By what is assumed to happen in a month. */
  readonly scenarios: Readonly<Record<string, readonly CostRow[]>>;
  /** What each of these would add, for whoever decides. */
  readonly options: readonly CostRow[];
  readonly fixedUsd: number;
  readonly usedUsd: number;
}

export function monthlyCost(fleet: Fleet): MonthlyCost {
  const fixed = [
    ...fleet.regions.flatMap((region) => regionRows(fleet, region)),
    ...fleet.vantages.flatMap(vantageRows),
    ...nameRows(fleet),
    ...pipelineRows(fleet),
    ...monitoringRows(fleet),
  ];
  const scenarios = scenarioRows(fleet);
  return {
    fixed,
    scenarios,
    options: [
      row('one warm instance of the front (no cold start)', warmGbSeconds, prices.warmFunction),
    ],
    fixedUsd: total(fixed),
    usedUsd: total(Object.values(scenarios).flat()),
  };
}

export const total = (rows: readonly CostRow[]): number =>
  rows.reduce((sum, { usd }) => sum + usd, 0);

const row = (what: string, quantity: number, price: Price | null): CostRow => ({
  what,
  quantity,
  price,
  usd: quantity * (price?.usd ?? 0),
});

const machineRow = (what: string, count: number, machine: string): CostRow =>
  row(`${what}: ${count} x ${machine}`, count * hoursPerMonth, machinePrices[machine] ?? null);

/** What each cloud charges around the machines of a region, by number. */
const surroundings: Readonly<
  Record<Cloud, { readonly nat: Price; readonly address: Price; readonly balancer: Price }>
> = {
  aws: { nat: prices.awsNat, address: prices.awsAddress, balancer: prices.awsBalancer },
  gcp: { nat: prices.gcpNat, address: prices.gcpAddress, balancer: prices.gcpBalancer },
  azure: { nat: prices.azureNat, address: prices.azureAddress, balancer: prices.azureBalancer },
};

const hours = (count: number): number => count * hoursPerMonth;

const diskGb = 40;
const awsZones = 3;
/** Interface endpoints of the stacks, each in every zone; of Azure the private doors of storage and vault. */
const awsEndpoints = 9;
const azureEndpoints = 2;
/** The region's own, the one of its copies, and those of smaller parts. */
const awsKeys = 4;
const awsAlarms = 12;

function regionRows({ estate }: Fleet, region: Region): readonly CostRow[] {
  const { id, cloud, instances, addressCount } = region;
  const { nat, address, balancer } = surroundings[cloud];
  const nats = cloud === 'aws' && estate.protectsData ? awsZones : 1;
  // A stopped machine of the warm pool costs its disk.
  const disks = instances.min + (cloud === 'aws' ? 1 : 0);
  return [
    machineRow(`${id} machines`, instances.min, instances.machine),
    row(`${id} disks`, disks * diskGb, prices.disk),
    row(`${id} balancer`, hours(1), balancer),
    row(`${id} addresses`, hours(addressCount + nats), address),
    row(`${id} address translation`, hours(nats), nat),
    ...(cloud === 'aws'
      ? [
          row(`${id} endpoints`, hours(awsEndpoints * awsZones), prices.awsEndpoint),
          row(`${id} keys`, awsKeys, prices.awsKey),
          row(`${id} alarms`, awsAlarms, prices.awsAlarm),
        ]
      : []),
    ...(cloud === 'azure'
      ? [row(`${id} endpoints`, hours(azureEndpoints), prices.azureEndpoint)]
      : []),
  ];
}

function vantageRows({ id, cloud, machine }: Vantage): readonly CostRow[] {
  const { nat, address } = surroundings[cloud];
  return [
    machineRow(`${id} machine`, 1, machine),
    row(`${id} disk`, diskGb, prices.disk),
    row(`${id} address`, hoursPerMonth, address),
    row(`${id} address translation`, hoursPerMonth, nat),
  ];
}

/** Of each address one check of the address and one of the flag, which is on AWS; and one that counts them. */
function nameRows({ regions }: Fleet): readonly CostRow[] {
  const on = (isAws: boolean) =>
    regions
      .filter(({ cloud }) => (cloud === 'aws') === isAws)
      .reduce((sum, { addressCount }) => sum + addressCount, 0);
  return [
    row('hosted zone', 1, prices.zone),
    row('health checks on AWS', on(true) + on(true) + on(false), prices.healthCheckOnAws),
    row('health checks elsewhere', on(false), prices.healthCheckElsewhere),
    row('calculated health checks', regions.length, prices.healthCheckCalculated),
    row('firewall of the pages', 1, prices.awsFirewall),
    row('its rules', 4, prices.awsFirewallRule),
  ];
}

const frontGb = 0.5;
const warmGbSeconds = frontGb * hoursPerMonth * 3_600;
const machineClients = 2;

function pipelineRows(fleet: Fleet): readonly CostRow[] {
  const region = pipelinesRegion(fleet);
  if (region === null) return [];
  const { provisionedConcurrency } = fleet.estate;
  return [
    ...fargateRows('structured data', structuredTasks({ region }) * hoursPerMonth, {
      cpus: structuredSize.cpu / 1_024,
      gb: structuredSize.memoryMiB / 1_024,
    }),
    row('structured data, balancer', hoursPerMonth, prices.awsBalancer),
    row('structured data, firewall', 1, prices.awsFirewall),
    row('structured data, its rules', 2, prices.awsFirewallRule),
    row('machine clients of the pipelines', machineClients, prices.machineClient),
    row('warm instances of the front', provisionedConcurrency * warmGbSeconds, prices.warmFunction),
  ];
}

const monitoringRows = ({ estate: { monitoring } }: Fleet): readonly CostRow[] =>
  monitoring === null ? [] : [machineRow('monitoring host', 1, monitoring.machine)];

const fargateRows = (
  what: string,
  taskHours: number,
  { cpus, gb }: { readonly cpus: number; readonly gb: number },
): readonly CostRow[] => [
  row(`${what}, processors`, taskHours * cpus, prices.fargateCpu),
  row(`${what}, memory`, taskHours * gb, prices.fargateMemory),
];

/** The loads that the pipelines were made for; `docs/` says where they come from. */
const daysPerMonth = 30.4;
const workingDaysPerMonth = 21.7;
const batchesPerDay = 12;
const batchHours = 25 / 60;
const trainingsPerMonth = 2;
const trainingHours = 5;
const radiographs = 10_000;
const radiographGb = 0.01;
const sparkCpuHours = 32;
/** Check, run, end. */
const sparkTransitions = 3;

function scenarioRows(fleet: Fleet): Readonly<Record<string, readonly CostRow[]>> {
  const reading = {
    [`${radiographs} radiographs of ${radiographGb * 1_000} MB, kept for two days`]: [
      row('storage', radiographs * radiographGb * (2 / daysPerMonth), prices.storage),
      row('answers to clinics', radiographs * 0.001, prices.egress),
    ],
  };
  if (pipelinesRegion(fleet) === null) return reading;
  const minutes = daysPerMonth * 1_440;
  return {
    ...reading,
    'structured data, one request a minute': [
      row('calls of the API', minutes / 1e6, prices.apiCall),
      row('calls of the front', minutes / 1e6, prices.functionCall),
      row('time of the front', minutes * 0.1 * frontGb, prices.runningFunction),
    ],
    'an image batch of 25 min each working hour': fargateRows(
      'batches',
      workingDaysPerMonth * batchesPerDay * batchHours,
      { cpus: 2, gb: 4 },
    ),
    'two trainings of 5 h on a GPU': [
      row('spot machine', trainingsPerMonth * trainingHours, prices.gpuSpot),
    ],
    'an evaluation on Spark of 32 processor hours': [
      row('processors', sparkCpuHours, prices.sparkCpu),
      row('its submission', sparkTransitions / 1e6, prices.stateTransition),
    ],
  };
}
