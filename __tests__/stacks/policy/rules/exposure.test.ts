import { describe, expect, test } from '@jest/globals';
import {
  publicAddressRule,
  publicBucketRule,
  publicDataStoreRule,
} from '../../../../stacks/policy/rules/exposure.ts';
import { findings } from '../../../support/policy-facts.ts';
import type { Resources } from '../../../support/policy-facts.ts';

describe('a public address', () => {
  test.each<[string, Resources]>([
    ['given by a subnet', { aws_subnet: { a: { map_public_ip_on_launch: true } } }],
    [
      'given by a template',
      {
        aws_launch_template: {
          a: { network_interfaces: [{ associate_public_ip_address: 'true' }] },
        },
      },
    ],
    [
      'of a container',
      { aws_ecs_service: { a: { network_configuration: { assign_public_ip: true } } } },
    ],
    [
      'of a scheduled task',
      {
        aws_cloudwatch_event_target: {
          a: { ecs_target: { network_configuration: { assign_public_ip: true } } },
        },
      },
    ],
    [
      'in Google Cloud',
      { google_compute_instance_template: { a: { network_interface: [{ access_config: [{}] }] } } },
    ],
    [
      'of a scale set',
      {
        azurerm_linux_virtual_machine_scale_set: {
          a: {
            network_interface: [{ ip_configuration: [{ public_ip_address: [{ name: 'a' }] }] }],
          },
        },
      },
    ],
    [
      'of an Azure machine',
      { azurerm_network_interface: { a: { ip_configuration: [{ public_ip_address_id: 'x' }] } } },
    ],
  ])('is refused: %s', (_, resources) =>
    expect(findings(publicAddressRule, resources)).toHaveLength(1),
  );

  test('is not missed where machines have private ones only', () =>
    expect(
      findings(publicAddressRule, {
        aws_subnet: { a: { map_public_ip_on_launch: false }, b: {} },
        aws_launch_template: {
          a: { network_interfaces: [{ associate_public_ip_address: 'false' }] },
        },
        google_compute_instance: { a: { network_interface: [{ subnetwork: 's' }] } },
        azurerm_network_interface: { a: { ip_configuration: [{ subnet_id: 's' }] } },
      }),
    ).toEqual([]));
});

describe('a data store', () => {
  test.each<[string, Resources]>([
    ['a database', { aws_db_instance: { a: { publicly_accessible: true } } }],
    ['a database that does not say', { aws_db_instance: { a: {} } }],
    ['Redis without TLS', { aws_elasticache_replication_group: { a: {} } }],
    [
      'Cloud SQL with an address',
      {
        google_sql_database_instance: {
          a: { settings: { ip_configuration: { ipv4_enabled: true } } },
        },
      },
    ],
    ['Redis in Azure', { azurerm_redis_cache: { a: {} } }],
    ['a storage account for every network', { azurerm_storage_account: { a: {} } }],
    [
      'a vault for every network',
      { azurerm_key_vault: { a: { network_acls: { default_action: 'Allow' } } } },
    ],
  ])('is refused where the world reaches it: %s', (_, resources) =>
    expect(findings(publicDataStoreRule, resources)).toHaveLength(1),
  );

  test('may stand behind private doors', () =>
    expect(
      findings(publicDataStoreRule, {
        aws_db_instance: { a: { publicly_accessible: false } },
        aws_elasticache_replication_group: { a: { transit_encryption_enabled: true } },
        google_sql_database_instance: {
          a: { settings: { ip_configuration: { ipv4_enabled: false } } },
        },
        azurerm_redis_cache: { a: { public_network_access_enabled: false } },
        azurerm_storage_account: { a: { network_rules: { default_action: 'Deny' } } },
        azurerm_key_vault: { a: { public_network_access_enabled: false } },
      }),
    ).toEqual([]));
});

const blocked = {
  bucket: '${aws_s3_bucket.a.id}',
  block_public_acls: true,
  block_public_policy: true,
  ignore_public_acls: true,
  restrict_public_buckets: true,
};

describe('a bucket', () => {
  test('is private in all three clouds', () =>
    expect(
      findings(publicBucketRule, {
        aws_s3_bucket: { a: {} },
        aws_s3_bucket_public_access_block: { a: blocked },
        google_storage_bucket: {
          a: { uniform_bucket_level_access: true, public_access_prevention: 'enforced' },
        },
        azurerm_storage_account: { a: { allow_nested_items_to_be_public: false } },
        azurerm_storage_container: { a: { container_access_type: 'private' }, b: {} },
      }),
    ).toEqual([]));

  test.each<[string, Resources]>([
    ['nothing blocks it', { aws_s3_bucket: { a: {} } }],
    [
      'one of the four settings is missing',
      {
        aws_s3_bucket: { a: {} },
        aws_s3_bucket_public_access_block: { a: { ...blocked, restrict_public_buckets: false } },
      },
    ],
    [
      'the block is that of another bucket',
      {
        aws_s3_bucket: { a: {}, ab: {} },
        aws_s3_bucket_public_access_block: { a: { ...blocked, bucket: '${aws_s3_bucket.ab.id}' } },
      },
    ],
    ['its list opens it', { aws_s3_bucket_acl: { a: { acl: 'public-read' } } }],
    [
      'its prevention is inherited',
      {
        google_storage_bucket: {
          a: { uniform_bucket_level_access: true, public_access_prevention: 'inherited' },
        },
      },
    ],
    ['Azure is left to its default', { azurerm_storage_account: { a: {} } }],
    [
      'a container is public',
      { azurerm_storage_container: { a: { container_access_type: 'blob' } } },
    ],
  ])('is refused where %s', (_, resources) =>
    expect(findings(publicBucketRule, resources)).toHaveLength(1),
  );
});
