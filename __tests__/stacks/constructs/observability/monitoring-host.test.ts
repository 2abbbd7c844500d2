// What the monitoring host is given: files in its bucket, and user data that unpacks nothing unverified.
import { expect, test } from '@jest/globals';
import {
  alertmanagerConfig,
  monitoringFiles,
  scrapeConfig,
} from '../../../../stacks/constructs/observability/monitoring-files.ts';
import { firstBoot } from '../../../../stacks/constructs/observability/monitoring-program.ts';
import { toolsFor } from '../../../../stacks/constructs/observability/monitoring-tools.ts';
import { production } from '../../../support/fleets.ts';

const target = { topicArn: 'arn:aws:sns:us-east-1:1:alerts', location: 'us-east-1' };
const files = monitoringFiles(production, target);

test('every region and every vantage is asked for its metrics, under its own name', () => {
  const [regions, vantages] = scrapeConfig(production).scrape_configs;
  expect(regions?.static_configs.map(({ labels }) => labels)).toEqual(
    production.regions.map(({ id }) => ({ region: id })),
  );
  expect(vantages?.static_configs).toContainEqual({
    targets: ['vantage-dublin.vantage.evenkeel.example:5500'],
    labels: { vantage: 'vantage-dublin' },
  });
});

test('alerts are published where the topic is, whoever must be woken sooner and more often', () => {
  const { route, receivers } = alertmanagerConfig(target);
  expect(receivers[0]?.sns_configs[0]).toMatchObject({
    topic_arn: target.topicArn,
    sigv4: { region: target.location },
  });
  expect(route.routes[0]).toMatchObject({ matchers: ['severity="page"'], repeat_interval: '1h' });
});

test('whatever is JSON for others can be read', () => {
  for (const [path, text] of Object.entries(files))
    if (/\.(yml|yaml|json)$/.test(path)) expect(() => JSON.parse(text) as unknown).not.toThrow();
});

test('nothing listens but on the machine itself', () => {
  const listening = Object.values(files).flatMap((text) =>
    [...text.matchAll(/(?:listen-address=|http_addr = )(\S*)/g)].map(([, address]) => address),
  );
  expect(new Set(listening)).toEqual(
    new Set(['', '127.0.0.1', '127.0.0.1:9090', '127.0.0.1:9093']),
  );
});

test('each program is pinned by the checksum of its makers for each architecture', () => {
  for (const architecture of ['x64', 'arm64'] as const) {
    const script = firstBoot('bucket', toolsFor(architecture));
    for (const { name, archive, sha256, url } of toolsFor(architecture)) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(url.endsWith(archive)).toBe(true);
      expect(script).toContain(`tool ${name} ${archive} ${sha256} https://`);
    }
  }
  const sums = [...toolsFor('x64'), ...toolsFor('arm64')].map(({ sha256 }) => sha256);
  expect(new Set(sums).size).toBe(6);
});
