// The register of health checks.
import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { HealthChecks, healthChecksMax } from '../../../../local/route53/checks/health-checks.ts';
import type { HealthCheckConfig } from '../../../../local/route53/core/health-check.ts';

const config: HealthCheckConfig = {
  type: 'TCP',
  ipAddress: '127.0.0.11',
  port: 443,
  requestIntervalSeconds: 30,
  failureThreshold: 3,
  measureLatency: false,
  inverted: false,
  disabled: true,
  enableSni: false,
  regions: [],
};

let checks: HealthChecks;
beforeEach(() => {
  checks = new HealthChecks({
    probe: () => Promise.resolve({ passed: true, report: 'Success' }),
    lookup: () => Promise.resolve('127.0.0.1'),
    intervalScale: 1,
    wallClock: () => new Date(0),
  });
});
afterEach(() => checks.stop());

const refused = (code: string) => expect.objectContaining({ code });

test('the same reference and settings give the check that is there, other settings are refused', () => {
  expect(checks.create('hc1', 'ref', config).id).toBe('hc1');
  expect(checks.create('hc2', 'ref', config).id).toBe('hc1');
  expect(() => checks.create('hc2', 'ref', { ...config, port: 80 })).toThrow(
    refused('HealthCheckAlreadyExists'),
  );
  checks.delete('hc1');
  expect(() => checks.create('hc2', 'ref', config)).toThrow(refused('HealthCheckAlreadyExists'));
});

test('an update counts the version up, and refuses the wrong one', () => {
  checks.create('hc1', 'ref', config);
  expect(checks.update('hc1', 1, { port: 80 })).toMatchObject({ version: 2, config: { port: 80 } });
  expect(() => checks.update('hc1', 1, { port: 81 })).toThrow(
    refused('HealthCheckVersionMismatch'),
  );
  expect(checks.update('hc1', null, { port: 81 }).version).toBe(3);
  expect(() => checks.update('hc1', null, { port: 0 })).toThrow(refused('InvalidInput'));
  expect(checks.get('hc1').config.port).toBe(81);
});

test('Inverted and Disabled make the status at once', () => {
  checks.create('hc1', 'ref', config);
  expect(checks.isHealthy('hc1')).toBe(true);
  checks.update('hc1', null, { inverted: true });
  expect(checks.isHealthy('hc1')).toBe(false);
});

test('a check that is gone holds nothing back', () => {
  checks.create('hc1', 'ref', { ...config, inverted: true });
  checks.delete('hc1');
  expect(checks.exists('hc1')).toBe(false);
  expect(checks.isHealthy('hc1')).toBe(true);
  for (const call of [
    () => checks.get('hc1'),
    () => checks.delete('hc1'),
    () => checks.observations('hc1'),
  ])
    expect(call).toThrow(refused('NoSuchHealthCheck'));
});

test('there are at most 200 checks', () => {
  for (let i = 0; i < healthChecksMax; i += 1) checks.create(`hc${i}`, `ref${i}`, config);
  expect(() => checks.create('more', 'more', config)).toThrow(refused('TooManyHealthChecks'));
});

test('a calculated check counts its children, and holds back what too few of them vouch for', () => {
  checks.create('up', 'up', config);
  checks.create('down', 'down', { ...config, inverted: true });
  const { ipAddress: _, ...placeless } = config;
  const both: HealthCheckConfig = {
    ...placeless,
    type: 'CALCULATED',
    disabled: false,
    children: ['up', 'down'],
    healthThreshold: 2,
  };
  checks.create('both', 'both', both);
  checks.create('either', 'either', { ...both, healthThreshold: 1 });
  expect([checks.isHealthy('both'), checks.isHealthy('either')]).toEqual([false, true]);
  checks.update('down', null, { inverted: false });
  expect(checks.isHealthy('both')).toBe(true);
  for (const child of ['both', 'none'])
    expect(() => checks.create('x', `of ${child}`, { ...both, children: [child] })).toThrow(
      refused('InvalidInput'),
    );
});
