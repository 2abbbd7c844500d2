// What one AWS region keeps: encrypted, private, forgotten in time, copied far away, and safe from a slip of the hand.
import { expect, test } from '@jest/globals';
import { fleetFor } from '../../fleet/environments.ts';
import { regionId } from '../../fleet/fleet.ts';
import type { Fleet, Region } from '../../fleet/fleet.ts';
import { builtOnAws, only, statementsOf } from '../support/aws-region.ts';
import { paris, production } from '../support/fleets.ts';
import { resourcesOf } from '../support/synthesized.ts';
import type { TerraformJson } from '../support/synthesized.ts';

type Block = Readonly<Record<string, unknown>>;

const json = builtOnAws(production);
const qa = builtOnAws(fleetFor('qa'));
const byText = (a = '', b = '') => a.localeCompare(b);

test('every bucket is private, versioned, encrypted, refuses plain HTTP and tidies up', () => {
  const buckets = Object.keys(json.resource?.['aws_s3_bucket'] ?? {});
  expect(buckets).toHaveLength(8);
  const covered = (type: string) =>
    resourcesOf(json, type).map(
      (one) => /aws_s3_bucket\.([\w-]+)\./.exec(String(one['bucket']))?.[1],
    );
  for (const type of [
    'aws_s3_bucket_public_access_block',
    'aws_s3_bucket_versioning',
    'aws_s3_bucket_server_side_encryption_configuration',
    'aws_s3_bucket_lifecycle_configuration',
    'aws_s3_bucket_ownership_controls',
    'aws_s3_bucket_policy',
  ])
    expect(covered(type).toSorted(byText)).toEqual(buckets.toSorted(byText));
  for (const policy of resourcesOf(json, 'aws_s3_bucket_policy'))
    expect(statementsOf(policy['policy'])).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
});

test('radiographs are forgotten here and in the copy, old versions too', () => {
  const [uploads, copies] = [false, true].map((isCopy) => {
    const [bucket] = Object.entries(json.resource?.['aws_s3_bucket_lifecycle_configuration'] ?? {})
      .filter(([name]) => name.includes('uploads') && name.includes('copy') === isCopy)
      .map(([, block]) => block);
    return (bucket!['rule'] as Block[]).flatMap((rule) => [
      ...((rule['expiration'] ?? []) as Block[]),
      ...((rule['noncurrent_version_expiration'] ?? []) as Block[]),
    ]);
  });
  expect(uploads).toEqual([
    { noncurrent_days: 1 },
    { days: 2 },
    { expired_object_delete_marker: true },
  ]);
  expect(copies).toEqual(uploads);
});

test('data, addresses and keys cannot be destroyed where they are protected', () => {
  const guarded = (stack: TerraformJson, type: string) =>
    resourcesOf(stack, type).filter(
      (one) => (one['lifecycle'] as Block | undefined)?.['prevent_destroy'] === true,
    ).length;
  expect(
    ['aws_s3_bucket', 'aws_kms_key', 'aws_dynamodb_table'].map((type) => guarded(json, type)),
  ).toEqual([8, 2, 1]);
  expect(guarded(json, 'aws_eip')).toBe(3);
  for (const type of ['aws_s3_bucket', 'aws_kms_key', 'aws_dynamodb_table', 'aws_eip'])
    expect(guarded(qa, type)).toBe(0);
});

test('nobody shortens the audit where data is protected', () => {
  const retention = (stack: TerraformJson) =>
    (only(stack, 'aws_s3_bucket_object_lock_configuration')['rule'] as Block)['default_retention'];
  expect(retention(json)).toEqual({ mode: 'COMPLIANCE', days: 2_192 });
  expect(retention(qa)).toEqual({ mode: 'GOVERNANCE', days: 30 });
  expect(only(json, 'aws_cloudtrail')).toMatchObject({
    enable_log_file_validation: true,
    is_multi_region_trail: true,
  });
});

test('logs may use the key for log groups of this account and location only', () => {
  const statements = resourcesOf(json, 'aws_kms_key').flatMap((key) => statementsOf(key['policy']));
  const [logs, ...others] = statements.filter(({ Principal }) =>
    JSON.stringify(Principal).includes('logs.'),
  );
  expect(others).toEqual([]);
  expect(logs?.Condition).toEqual({
    ArnLike: {
      'kms:EncryptionContext:aws:logs:arn': expect.stringMatching(
        /^arn:aws:logs:eu-west-3:.*:log-group:\*$/,
      ),
    },
  });
});

const milan: Region = {
  ...production.regions[0]!,
  id: regionId('aws-milan'),
  location: 'eu-south-1',
  role: 'secondary',
  network: '10.80.0.0/16',
};
const twice: Fleet = { ...production, regions: [...production.regions, milan] };

test('two AWS regions hold each other’s copies and share one table, which the first one makes', () => {
  const [first, second] = [builtOnAws(twice), builtOnAws(twice, milan.id)];
  const places = (stack: TerraformJson) => stack.provider?.['aws']?.map(({ region }) => region);
  expect(places(first)).toEqual(['eu-west-3', 'eu-south-1']);
  expect(places(second)).toEqual(['eu-south-1', 'eu-west-3']);
  expect(only(first, 'aws_dynamodb_table')['replica']).toEqual([
    expect.objectContaining({
      region_name: 'eu-south-1',
      kms_key_arn: expect.stringContaining('aws_kms_key.copy'),
      point_in_time_recovery: true,
    }),
  ]);
  expect(resourcesOf(second, 'aws_dynamodb_table')).toEqual([]);
  expect(second.output?.['jobs_table']).toEqual(first.output?.['jobs_table']);
  expect(second.output?.['jobs_table_arn']?.['value']).toMatch(/^arn:aws:dynamodb:eu-south-1:/);
});

test('the account’s deeds are noted once, however many regions it has', () =>
  expect(
    [paris, milan.id].map(
      (id) => only(builtOnAws(twice, id), 'aws_cloudtrail')['is_multi_region_trail'],
    ),
  ).toEqual([true, false]));
