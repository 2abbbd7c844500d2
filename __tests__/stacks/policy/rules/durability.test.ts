import { describe, expect, test } from '@jest/globals';
import {
  protectedDataRule,
  versionedBucketRule,
} from '../../../../stacks/policy/rules/durability.ts';
import { findings } from '../../../support/policy-facts.ts';
import type { Resources } from '../../../support/policy-facts.ts';

test('every bucket keeps versions', () => {
  const versioning = (status: string) => ({
    bucket: '${aws_s3_bucket.a.id}',
    versioning_configuration: { status },
  });
  expect(
    findings(versionedBucketRule, {
      aws_s3_bucket: { a: {} },
      aws_s3_bucket_versioning: { a: versioning('Enabled') },
      google_storage_bucket: { b: { versioning: { enabled: true } } },
      azurerm_storage_account: { c: { blob_properties: { versioning_enabled: true } } },
    }),
  ).toEqual([]);
  expect(
    findings(versionedBucketRule, {
      aws_s3_bucket: { a: {} },
      aws_s3_bucket_versioning: { a: versioning('Suspended') },
      google_storage_bucket: { b: {} },
      azurerm_storage_account: { c: {} },
    }),
  ).toEqual(['a: has no versioning', 'b: has no versioning', 'c: has no versioning']);
});

const kept = { lifecycle: { prevent_destroy: true } };

const good: Resources = {
  aws_s3_bucket: { a: kept },
  aws_dynamodb_table: {
    a: { ...kept, deletion_protection_enabled: true, point_in_time_recovery: { enabled: true } },
  },
  aws_kms_key: { a: kept },
  aws_route53_zone: { a: kept },
  aws_lb: { a: { enable_deletion_protection: true } },
  google_kms_crypto_key: { a: kept },
  google_storage_bucket: { a: { ...kept, force_destroy: false } },
  google_sql_database_instance: { a: { deletion_protection: true } },
  azurerm_storage_account: { a: kept },
  azurerm_key_vault: { a: { purge_protection_enabled: true } },
};

describe('where data is protected', () => {
  test('it may be', () => expect(findings(protectedDataRule, good)).toEqual([]));

  test.each(Object.keys(good))('nothing is destroyed in passing: %s', (type) =>
    expect(findings(protectedDataRule, { [type]: { a: {} } })).not.toEqual([]),
  );

  test('no bucket is emptied by force', () =>
    expect(
      findings(protectedDataRule, { aws_s3_bucket: { a: { ...kept, force_destroy: true } } }),
    ).toEqual(['a: is emptied when it is destroyed']));
});

test('an environment for trying may be destroyed', () => {
  const bare = Object.fromEntries(Object.keys(good).map((type) => [type, { a: {} }]));
  expect(findings(protectedDataRule, bare, { protectsData: false })).toEqual([]);
});
