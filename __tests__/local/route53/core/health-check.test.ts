// How opinions move and make a status, and what a health check may ask for.
import { describe, expect, test } from '@jest/globals';

import {
  calculatedStatusOf,
  checkerRegions,
  firstOpinion,
  healthCheckProblem,
  nextOpinion,
  statusOf,
  type HealthCheckConfig,
  type Opinion,
} from '../../../../local/route53/core/health-check.ts';

const config: HealthCheckConfig = {
  type: 'HTTP',
  ipAddress: '127.0.0.11',
  port: 80,
  requestIntervalSeconds: 10,
  failureThreshold: 3,
  measureLatency: false,
  inverted: false,
  disabled: false,
  enableSni: false,
  regions: [],
};
const { ipAddress: _, ...placeless } = config;

const opinions = (healthy: number, of: number): Opinion[] =>
  Array.from({ length: of }, (__, i) => ({ healthy: i < healthy, against: 0 }));

const after = (...results: boolean[]) =>
  results.reduce((opinion, passed) => nextOpinion(opinion, passed, 3), firstOpinion).healthy;

describe('a checker', () => {
  test('counts an endpoint as healthy until it knows better', () => {
    expect(firstOpinion.healthy).toBe(true);
  });

  test('changes its mind after three results in a row, not after two, and not after three with a break', () => {
    expect(after(false, false)).toBe(true);
    expect(after(false, false, false)).toBe(false);
    expect(after(false, false, true, false)).toBe(true);
  });

  test('changes back after as many', () => {
    expect(after(false, false, false, true, true)).toBe(false);
    expect(after(false, false, false, true, true, true)).toBe(true);
  });
});

describe('the status', () => {
  test('is healthy when more than 18 % of checkers say so', () => {
    expect(statusOf(config, opinions(18, 100))).toBe(false);
    expect(statusOf(config, opinions(19, 100))).toBe(true);
    expect(statusOf(config, opinions(1, 8))).toBe(false);
    expect(statusOf(config, opinions(2, 8))).toBe(true);
  });

  test('is turned round by Inverted and held by Disabled', () => {
    expect(statusOf({ inverted: true, disabled: false }, opinions(8, 8))).toBe(false);
    expect(statusOf({ inverted: true, disabled: false }, opinions(0, 8))).toBe(true);
    expect(statusOf({ inverted: false, disabled: true }, opinions(0, 8))).toBe(true);
    expect(statusOf({ inverted: true, disabled: true }, opinions(8, 8))).toBe(false);
  });
});

describe('what one may ask for', () => {
  const allowed: Partial<HealthCheckConfig>[] = [
    {},
    { port: 1 },
    { port: 65_535 },
    { failureThreshold: 1 },
    { failureThreshold: 10 },
    { resourcePath: `/${'a'.repeat(254)}` },
    { type: 'HTTPS_STR_MATCH', searchString: 'ok' },
    { searchString: 'x'.repeat(255), type: 'HTTP_STR_MATCH' },
    { regions: checkerRegions.slice(0, 3) },
    { domainName: 'a'.repeat(255) },
    { ipAddress: '2001:db8::1' },
  ];
  test.each(allowed)('%j is taken', (part) => {
    expect(healthCheckProblem({ ...config, ...part })).toBeNull();
  });

  const refused: Partial<HealthCheckConfig>[] = [
    { port: 0 },
    { port: 65_536 },
    { failureThreshold: 0 },
    { failureThreshold: 11 },
    { resourcePath: `/${'a'.repeat(255)}` },
    { resourcePath: '/a b' },
    { type: 'HTTPS_STR_MATCH' },
    { searchString: 'ok' },
    { searchString: 'x'.repeat(256), type: 'HTTP_STR_MATCH' },
    { regions: checkerRegions.slice(0, 2) },
    { regions: ['us-east-1', 'us-west-1', 'mars-1'] },
    { domainName: 'a'.repeat(256) },
    { ipAddress: 'clinic.test' },
  ];
  test.each(refused)('%j is refused', (part) => {
    expect(healthCheckProblem({ ...config, ...part })).toMatch(/^Invalid parameter: /);
  });

  test('an endpoint is an address or a name', () => {
    expect(healthCheckProblem(placeless)).toContain('must be specified');
    expect(healthCheckProblem({ ...placeless, domainName: 'clinic.test' })).toBeNull();
  });
});

describe('a calculated check', () => {
  const calculated: HealthCheckConfig = {
    ...placeless,
    type: 'CALCULATED',
    children: ['a', 'b'],
    healthThreshold: 2,
  };
  const status = (change: Partial<HealthCheckConfig>, healthy: number) =>
    calculatedStatusOf({ ...calculated, ...change }, healthy);

  test('is healthy with as many healthy children as it asks for', () => {
    expect([0, 1, 2].map((healthy) => status({}, healthy))).toEqual([false, false, true]);
  });

  test('asking for none is always healthy, and for more than there are never', () => {
    expect(status({ healthThreshold: 0 }, 0)).toBe(true);
    expect(status({ healthThreshold: 3 }, 2)).toBe(false);
  });

  test('is turned round by inversion, and healthy while disabled', () => {
    expect([status({ inverted: true }, 2), status({ inverted: true }, 1)]).toEqual([false, true]);
    expect(status({ disabled: true }, 0)).toBe(true);
  });

  test.each([
    ['no children', { children: [] }, /1 to 255/],
    ['256 children', { children: Array.from({ length: 256 }, String) }, /1 to 255/],
    ['a threshold of 257', { healthThreshold: 257 }, /0\.\.256/],
    ['an endpoint', { ipAddress: '127.0.0.1' }, /has no endpoint/],
    ['children of another type', { type: 'HTTP', ipAddress: '127.0.0.1' }, /for CALCULATED/],
  ] as const)('with %s is refused', (__, change, words) => {
    expect(healthCheckProblem({ ...calculated, ...change })).toMatch(words);
    expect(healthCheckProblem(calculated)).toBeNull();
  });
});
