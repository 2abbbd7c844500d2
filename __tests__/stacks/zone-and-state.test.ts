// What everything else stands on: the zone that is delegated once, and the place where Terraform keeps what it has built.
import { expect, test } from '@jest/globals';
import { fleetFor } from '../../fleet/environments.ts';
import { StateBootstrapStack } from '../../stacks/state-bootstrap.ts';
import { ZoneStack } from '../../stacks/zone.ts';
import { production } from '../support/fleets.ts';
import { resourcesOf, synthesizedStack } from '../support/synthesized.ts';

const zone = synthesizedStack((app) => new ZoneStack(app, production));
const state = synthesizedStack((app) => new StateBootstrapStack(app, production));

test('the zone cannot be destroyed where data is protected, and can where it is not', () => {
  const [protectedZone] = resourcesOf(zone, 'aws_route53_zone');
  expect(protectedZone).toMatchObject({
    name: production.zone,
    force_destroy: false,
    lifecycle: { prevent_destroy: true },
  });
  const [other] = resourcesOf(
    synthesizedStack((app) => new ZoneStack(app, fleetFor('qa'))),
    'aws_route53_zone',
  );
  expect(other).toMatchObject({ name: 'qa.evenkeel.example', force_destroy: true });
  expect(other).not.toHaveProperty('lifecycle');
});

test('only the authorities of the three clouds may issue certificates for its names', () => {
  const [caa] = resourcesOf(zone, 'aws_route53_record');
  expect(caa).toMatchObject({
    type: 'CAA',
    records: [
      '0 issue "amazon.com"',
      '0 issue "pki.goog"',
      '0 issue "letsencrypt.org"',
      '0 issuewild ";"',
    ],
  });
});

test('queries are logged where Route 53 can write, under a key of ours, and forgotten in time', () => {
  expect(resourcesOf(zone, 'aws_route53_query_log')).toHaveLength(1);
  expect(resourcesOf(zone, 'aws_cloudwatch_log_group')[0]).toMatchObject({
    name: `/aws/route53/${production.zone}`,
    retention_in_days: production.estate.logRetentionDays,
    kms_key_id: expect.stringContaining('aws_kms_key'),
  });
  expect(zone.provider?.['aws']?.[0]).toMatchObject({ region: 'us-east-1' });
});

test('the state’s bucket is the one that every stack names, and is copied to the second place', () => {
  const names = resourcesOf(state, 'aws_s3_bucket').map(({ bucket }) => bucket);
  expect(names).toContain('evenkeel-example-state');
  expect(state.terraform?.['backend']).toMatchObject({
    s3: { bucket: 'evenkeel-example-state', use_lockfile: true, encrypt: true },
  });
  expect(state.provider?.['aws']?.map(({ region }) => region)).toEqual([
    ...production.estate.stateLocations,
  ]);
  const [replication] = resourcesOf(state, 'aws_s3_bucket_replication_configuration');
  expect(replication).toMatchObject({ rule: [{ status: 'Enabled' }] });
});

test('each of its buckets is versioned, closed, encrypted and refuses plain HTTP', () => {
  const count = resourcesOf(state, 'aws_s3_bucket').length;
  for (const type of [
    'versioning',
    'public_access_block',
    'server_side_encryption_configuration',
    'policy',
  ])
    expect(resourcesOf(state, `aws_s3_bucket_${type}`)).toHaveLength(count);
  for (const { policy } of resourcesOf(state, 'aws_s3_bucket_policy'))
    expect(policy).toContain('"aws:SecureTransport":"false"');
});
