// When checkers ask and what they conclude, on a clock the test moves.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { startCheckers, type Checkers } from '../../../../local/route53/checks/checker.ts';
import type { Probe } from '../../../../local/route53/checks/probe.ts';
import { statusOf, type HealthCheckConfig } from '../../../../local/route53/core/health-check.ts';

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

let passes = true;
let probes: string[] = [];
const probe: Probe = (_, address) => {
  probes.push(address);
  return Promise.resolve({ passed: passes, report: passes ? 'Success: ok' : 'Failure: no' });
};
const settings = {
  probe,
  lookup: () => Promise.reject(new Error('no such name')),
  intervalScale: 1,
  wallClock: () => new Date(0),
};

let checkers: Checkers;
const start = (part: Partial<HealthCheckConfig> = {}, more: Partial<typeof settings> = {}) => {
  checkers = startCheckers({ ...config, ...part }, { ...settings, ...more });
};
const healthy = () => statusOf(config, checkers.opinions());

beforeEach(() => {
  jest.useFakeTimers();
  passes = true;
  probes = [];
});
afterEach(() => {
  checkers.stop();
  jest.useRealTimers();
});

describe('the checkers of a health check', () => {
  test('ask once each in an interval, spread over it', async () => {
    start();
    await jest.advanceTimersByTimeAsync(0);
    expect(probes).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(probes).toHaveLength(5);
    await jest.advanceTimersByTimeAsync(4_999);
    expect(probes).toHaveLength(8);
    expect(checkers.observations()).toHaveLength(8);
  });

  test('find the endpoint unhealthy after three failures of nearly all, and healthy again after three successes', async () => {
    start();
    await jest.advanceTimersByTimeAsync(10_000);
    passes = false;
    // Seven of eight must have failed three times: one healthy of eight is 12.5 %, under the 18 %.
    await jest.advanceTimersByTimeAsync(20_000);
    expect(healthy()).toBe(true);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(healthy()).toBe(false);
    expect(checkers.lastFailures()).toHaveLength(8);
    passes = true;
    await jest.advanceTimersByTimeAsync(20_000);
    expect(healthy()).toBe(false);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(healthy()).toBe(true);
  });

  test('ask oftener when the interval is scaled', async () => {
    start({}, { intervalScale: 0.1 });
    await jest.advanceTimersByTimeAsync(9_999);
    expect(probes).toHaveLength(80);
  });

  test('are only those of the regions named', async () => {
    start({ regions: ['us-east-1', 'eu-west-1', 'sa-east-1'] });
    await jest.advanceTimersByTimeAsync(9_999);
    expect(checkers.observations().map(({ region }) => region)).toEqual([
      'us-east-1',
      'eu-west-1',
      'sa-east-1',
    ]);
  });

  test('do not ask when the check is disabled', async () => {
    start({ disabled: true });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(probes).toEqual([]);
  });

  test('never have two requests out, however slow the endpoint', async () => {
    let out = 0;
    start(
      { regions: ['us-east-1', 'eu-west-1', 'sa-east-1'] },
      {
        probe: () => {
          out += 1;
          return new Promise(() => undefined);
        },
      },
    );
    await jest.advanceTimersByTimeAsync(600_000);
    expect(out).toBe(3);
  });

  test('take a name that has no address for a failure', async () => {
    const { ipAddress: _, ...named } = config;
    checkers = startCheckers({ ...named, domainName: 'gone.test' }, settings);
    await jest.advanceTimersByTimeAsync(0);
    expect(checkers.observations()).toMatchObject([{ report: 'Failure: DNS resolution failed' }]);
  });

  test('ask no more once stopped, and let go of requests under way', async () => {
    let signal: AbortSignal | undefined;
    start(
      {},
      {
        probe: (_, __, given) => {
          signal = given;
          return new Promise(() => undefined);
        },
      },
    );
    await jest.advanceTimersByTimeAsync(0);
    checkers.stop();
    expect(signal?.aborted).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });
});
