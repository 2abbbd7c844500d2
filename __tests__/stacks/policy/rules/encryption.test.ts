import { describe, expect, test } from '@jest/globals';
import {
  encryptedAtRestRule,
  keyRotationRule,
} from '../../../../stacks/policy/rules/encryption.ts';
import { findings } from '../../../support/policy-facts.ts';
import type { Resources } from '../../../support/policy-facts.ts';

const withKey = { disk_encryption_key: { kms_key_self_link: 'k' } };

const good: Resources = {
  aws_launch_template: { a: { block_device_mappings: [{ ebs: { encrypted: 'true' } }] } },
  aws_ebs_volume: { a: { encrypted: true } },
  aws_db_instance: { a: { storage_encrypted: true } },
  aws_s3_bucket: { a: {} },
  aws_s3_bucket_server_side_encryption_configuration: { a: { bucket: '${aws_s3_bucket.a.id}' } },
  aws_dynamodb_table: { a: { server_side_encryption: { enabled: true } } },
  aws_sqs_queue: { a: { kms_master_key_id: 'k' } },
  aws_sns_topic: { a: { kms_master_key_id: 'k' } },
  aws_cloudwatch_log_group: { a: { kms_key_id: 'k' } },
  aws_secretsmanager_secret: { a: { kms_key_id: 'k' } },
  aws_ecr_repository: { a: { encryption_configuration: [{ encryption_type: 'KMS' }] } },
  google_storage_bucket: { a: { encryption: { default_kms_key_name: 'k' } } },
  google_compute_region_instance_template: { a: { disk: [withKey, withKey] } },
  google_pubsub_topic: { a: { kms_key_name: 'k' } },
  google_logging_project_bucket_config: { a: { cmek_settings: { kms_key_name: 'k' } } },
  azurerm_linux_virtual_machine_scale_set: { a: { encryption_at_host_enabled: true } },
  azurerm_storage_account: { a: { infrastructure_encryption_enabled: true } },
  azurerm_managed_disk: { a: { disk_encryption_set_id: 'd' } },
};

describe('what is stored', () => {
  test('may be encrypted with the keys of the fleet', () =>
    expect(findings(encryptedAtRestRule, good)).toEqual([]));

  test.each(Object.keys(good).filter((type) => !type.endsWith('_configuration')))(
    'is refused where nothing is said about encryption: %s',
    (type) => expect(findings(encryptedAtRestRule, { [type]: { a: {} } })).toHaveLength(1),
  );

  test.each<[string, Resources]>([
    [
      'one disk of two is not',
      {
        aws_launch_template: {
          a: {
            block_device_mappings: [{ ebs: { encrypted: 'true' } }, { ebs: { volume_size: 8 } }],
          },
        },
      },
    ],
    [
      'one disk of two has no key',
      { google_compute_instance_template: { a: { disk: [withKey, {}] } } },
    ],
    [
      'a repository has the key of AWS',
      { aws_ecr_repository: { a: { encryption_configuration: [{ encryption_type: 'AES256' }] } } },
    ],
  ])('is refused where %s', (_, resources) =>
    expect(findings(encryptedAtRestRule, resources)).toHaveLength(1),
  );
});

describe('a key', () => {
  test('changes by itself', () =>
    expect(
      findings(keyRotationRule, {
        aws_kms_key: { a: { enable_key_rotation: true }, signs: { key_usage: 'SIGN_VERIFY' } },
        google_kms_crypto_key: {
          a: { rotation_period: '7776000s' },
          signs: { purpose: 'ASYMMETRIC_SIGN' },
        },
        azurerm_key_vault_key: {
          a: { rotation_policy: { automatic: { time_before_expiry: 'P30D' } } },
        },
      }),
    ).toEqual([]));

  test.each(['aws_kms_key', 'google_kms_crypto_key', 'azurerm_key_vault_key'])(
    'is refused where it does not: %s',
    (type) =>
      expect(findings(keyRotationRule, { [type]: { a: {} } })).toEqual(['a: does not rotate']),
  );
});
