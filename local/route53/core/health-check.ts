// Health checks: what one may say, how a checker's opinion moves, and how opinions make a status.

import { isIP } from 'node:net';

export const checkTypes = ['HTTP', 'HTTPS', 'HTTP_STR_MATCH', 'HTTPS_STR_MATCH', 'TCP'] as const;
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
}

const failureThresholdMax = 10;
const resourcePathLengthMax = 255;
const searchStringLengthMax = 255;
const domainNameLengthMax = 255;
const portMax = 65_535;
const regionsMin = 3;

const within = (number: number, max: number): boolean =>
  Number.isInteger(number) && number >= 1 && number <= max;

const fits = (text: string | undefined, lengthMax: number): boolean =>
  text === undefined || text.length <= lengthMax;

const needsText = ({ type }: HealthCheckConfig): boolean =>
  type === 'HTTP_STR_MATCH' || type === 'HTTPS_STR_MATCH';

type Rule = readonly [holds: (config: HealthCheckConfig) => boolean, otherwise: string];

const rules: readonly Rule[] = [
  [
    ({ ipAddress, domainName }) => ipAddress !== undefined || domainName !== undefined,
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
