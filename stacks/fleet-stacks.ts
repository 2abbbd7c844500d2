// The fleet as stacks, each after those whose values it needs: the order in which they are deployed.
import type { App } from 'cdktf';
import type { Cloud, Fleet, Region, Vantage } from '../fleet/fleet.ts';
import { AwsRegionStack } from './aws-region.ts';
import { AwsVantageStack } from './aws-vantage.ts';
import { AzureRegionStack } from './azure-region.ts';
import { AzureVantageStack } from './azure-vantage.ts';
import { DnsStack } from './dns.ts';
import { EdgeStack } from './edge.ts';
import type { FleetStack } from './fleet-stack.ts';
import { GcpRegionStack } from './gcp-region.ts';
import { GcpVantageStack } from './gcp-vantage.ts';
import { ObservabilityStack } from './observability.ts';
import { PeersStack } from './peers.ts';
import { pipelinesRegion, PipelinesStack } from './pipelines.ts';
import { SparkStack } from './spark.ts';
import { StateBootstrapStack } from './state-bootstrap.ts';
import { ZoneStack } from './zone.ts';

type StackOf<Place> = new (app: App, fleet: Fleet, place: Place) => FleetStack;

const regionStacks: Readonly<Record<Cloud, StackOf<Region>>> = {
  aws: AwsRegionStack,
  gcp: GcpRegionStack,
  azure: AzureRegionStack,
};

const vantageStacks: Readonly<Record<Cloud, StackOf<Vantage>>> = {
  aws: AwsVantageStack,
  gcp: GcpVantageStack,
  azure: AzureVantageStack,
};

export const fleetStacks = (app: App, fleet: Fleet): readonly FleetStack[] => [
  new StateBootstrapStack(app, fleet),
  new ZoneStack(app, fleet),
  ...fleet.regions.map((region) => new regionStacks[region.cloud](app, fleet, region)),
  new DnsStack(app, fleet),
  ...fleet.vantages.map((vantage) => new vantageStacks[vantage.cloud](app, fleet, vantage)),
  new PeersStack(app, fleet),
  new EdgeStack(app, fleet),
  ...listOf(pipelinesRegion(fleet)).map((region) => new PipelinesStack(app, fleet, region)),
  new ObservabilityStack(app, fleet),
  ...sparkRegion(fleet).map((region) => new SparkStack(app, fleet, region)),
];

/** Evaluation needs one place; the first region on Google Cloud, where clusters come and go in minutes. */
const sparkRegion = ({ regions }: Fleet) =>
  regions.filter(({ cloud }) => cloud === 'gcp').slice(0, 1);

const listOf = (region: Region | null): readonly Region[] => (region === null ? [] : [region]);
