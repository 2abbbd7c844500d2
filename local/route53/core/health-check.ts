// Health checks: what one may say, how a checker's opinion moves, and how opinions make a status.

import { isIP } from 'node:net';

/** `CALCULATED` asks nobody: it counts how many of its children are healthy. */
export const checkTypes = [
  'HTTP',
  'HTTPS',
  'HTTP_STR_MATCH',
  'HTTPS_STR_MATCH',
  'TCP',
  'CALCULATED',
] as const;
export type CheckType = (typeof checkTypes)[number];

/** The eight checker regions an API caller may name (API Reference, HealthCheckConfig, Regions). */
export const checkerRegions = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'sa-east-1',
] as const;

export interface HealthCheckConfig {
  readonly type: CheckType;
  readonly ipAddress?: string;
  readonly domainName?: string;
  readonly port: number;
  readonly resourcePath?: string;
  readonly searchString?: string;
  readonly requestIntervalSeconds: 10 | 30;
  readonly failureThreshold: number;
  readonly measureLatency: boolean;
  readonly inverted: boolean;
  readonly disabled: boolean;
  readonly enableSni: boolean;
  /** Empty means all of them. */
  readonly regions: readonly string[];
  /** Of a calculated check. */
  readonly children?: readonly string[];
  readonly healthThreshold?: number;
}

const failureThresholdMax = 10;
const resourcePathLengthMax = 255;
const searchStringLengthMax = 255;
const domainNameLengthMax = 255;
const portMax = 65_535;
const regionsMin = 3;
/** Developer Guide, "Monitoring other health checks": up to 255 children; API Reference: a threshold of 0 to 256. */
const childrenMax = 255;
const healthThresholdMax = 256;

const within = (number: number, max: number): boolean =>
  Number.isInteger(number) && number >= 1 && number <= max;

const fits = (text: string | undefined, lengthMax: number): boolean =>
  text === undefined || text.length <= lengthMax;

const needsText = ({ type }: HealthCheckConfig): boolean =>
  type === 'HTTP_STR_MATCH' || type === 'HTTPS_STR_MATCH';

type Rule = readonly [holds: (config: HealthCheckConfig) => boolean, otherwise: string];

const rules: readonly Rule[] = [
  [
    ({ children = [], type }) =>
      type === 'CALCULATED' ? within(children.length, childrenMax) : children.length === 0,
    `ChildHealthChecks are for CALCULATED, which has 1 to ${childrenMax} of them`,
  ],
  [
    ({ healthThreshold = 0 }) =>
      healthThreshold === 0 || within(healthThreshold, healthThresholdMax),
    `HealthThreshold is not in 0..${healthThresholdMax}`,
  ],
  [
    ({ type, ipAddress, domainName, resourcePath }) =>
      type !== 'CALCULATED' || [ipAddress, domainName, resourcePath].every((v) => v === undefined),
    'a CALCULATED health check has no endpoint',
  ],
  [
    ({ type, ipAddress, domainName }) =>
      type === 'CALCULATED' || ipAddress !== undefined || domainName !== undefined,
    'either IPAddress or FullyQualifiedDomainName must be specified',
  ],
  [
    ({ ipAddress }) => ipAddress === undefined || isIP(ipAddress) !== 0,
    'IPAddress is not an IP address',
  ],
  [
    ({ domainName }) => fits(domainName, domainNameLengthMax),
    `FullyQualifiedDomainName has more than ${domainNameLengthMax} characters`,
  ],
  [({ port }) => within(port, portMax), `Port is not in 1..${portMax}`],
  [
    ({ failureThreshold }) => within(failureThreshold, failureThresholdMax),
    `FailureThreshold is not in 1..${failureThresholdMax}`,
  ],
  [
    ({ resourcePath }) => fits(resourcePath, resourcePathLengthMax),
    `ResourcePath has more than ${resourcePathLengthMax} characters`,
  ],
  [
    ({ resourcePath = '' }) => /^[\x21-\x7e]*$/.test(resourcePath),
    'ResourcePath has blanks or unprintable characters',
  ],
  [
    (config) => needsText(config) === (config.searchString !== undefined),
    'SearchString is for HTTP_STR_MATCH and HTTPS_STR_MATCH, and required there',
  ],
  [
    ({ searchString }) => fits(searchString, searchStringLengthMax),
    `SearchString has more than ${searchStringLengthMax} characters`,
  ],
  [
    ({ regions }) => regions.length === 0 || regions.length >= regionsMin,
    `at least ${regionsMin} Regions must be specified`,
  ],
  [
    ({ regions }) => regions.every((region) => checkerRegions.some((known) => known === region)),
    'Regions names one that has no health checkers',
  ],
];

/** The first rule of HealthCheckConfig that is broken, in words. */
export function healthCheckProblem(config: HealthCheckConfig): string | null {
  const broken = rules.find(([holds]) => !holds(config));
  return broken === undefined ? null : `Invalid parameter: ${broken[1]}`;
}

/** One checker's opinion. It changes only after `failureThreshold` results in a row that speak against it. */
export interface Opinion {
  readonly healthy: boolean;
  readonly against: number;
}

/** Until results say otherwise an endpoint counts as healthy (Developer Guide, "How Route 53 determines the status"). */
export const firstOpinion: Opinion = { healthy: true, against: 0 };

export function nextOpinion(opinion: Opinion, passed: boolean, failureThreshold: number): Opinion {
  if (passed === opinion.healthy) return { ...opinion, against: 0 };
  const against = opinion.against + 1;
  return against >= failureThreshold
    ? { healthy: passed, against: 0 }
    : { healthy: opinion.healthy, against };
}

/** "If more than 18% of health checkers report that an endpoint is healthy, Route 53 considers it healthy." */
const healthyShareMin = 0.18;

export function statusOf(
  config: Pick<HealthCheckConfig, 'inverted' | 'disabled'>,
  opinions: readonly Opinion[],
): boolean {
  // "After you disable a health check, Route 53 considers the status of the health check to always be healthy"; inversion still applies.
  if (config.disabled) return !config.inverted;
  const healthy = opinions.filter((opinion) => opinion.healthy).length;
  return healthy > opinions.length * healthyShareMin !== config.inverted;
}

/**
 * A calculated check, by how many of its children are healthy (API Reference, HealthThreshold).
 *
 * | threshold                  | healthy                              |
 * |----------------------------|--------------------------------------|
 * | 0                          | always                               |
 * | more than it has children  | never                                |
 * | otherwise                  | with at least so many healthy ones   |
 */
export function calculatedStatusOf(
  config: Pick<HealthCheckConfig, 'inverted' | 'disabled' | 'healthThreshold'>,
  healthyChildren: number,
): boolean {
  if (config.disabled) return !config.inverted;
  return healthyChildren >= (config.healthThreshold ?? 0) !== config.inverted;
}
