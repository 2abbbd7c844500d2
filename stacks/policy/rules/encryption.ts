// That what is stored is encrypted, with keys of the fleet's own that change by themselves.
import { forTypes, rule, unless } from '../rule.ts';
import type { Judge } from '../rule.ts';
import { blocksAt, isAll, isSet, referring, valuesAt } from '../stack-facts.ts';

const ownKey = (...paths: readonly string[]): Judge =>
  unless('is not encrypted with a key of the fleet', ({ body }) =>
    paths.some((path) => isSet(body, path)),
  );

const encrypted = (path: string, wanted: unknown = true): Judge =>
  unless('is not encrypted', ({ body }) => isAll(body, path, wanted));

/** Each disk of a template: an attribute missing from one would not show among those of the others. */
const everyDisk = (disks: string, key: string): Judge =>
  unless('has a disk that is not encrypted with a key of the fleet', ({ body }) => {
    const found = blocksAt(body, disks);
    return found.length > 0 && found.every((disk) => isSet(disk, key));
  });

export const encryptedAtRestRule = rule({
  id: 'encrypted-at-rest',
  what: 'Everything stored is encrypted, with a key of the fleet wherever the service takes one',
  why: 'Whoever gets hold of a disk, a snapshot or a copy must not be able to read it, and the key is where access can be ended',
  remedy: 'Name the key of the region, or the property that turns encryption on',
  judges: {
    aws_launch_template: everyDisk('block_device_mappings.ebs', 'encrypted'),
    aws_instance: encrypted('root_block_device.encrypted'),
    ...forTypes(['aws_ebs_volume', 'aws_efs_file_system'], encrypted('encrypted')),
    ...forTypes(
      ['aws_db_instance', 'aws_rds_cluster', 'aws_docdb_cluster'],
      encrypted('storage_encrypted'),
    ),
    aws_elasticache_replication_group: encrypted('at_rest_encryption_enabled'),
    aws_s3_bucket: unless(
      'has no default encryption',
      (bucket, facts) =>
        referring(facts, bucket, ['aws_s3_bucket_server_side_encryption_configuration']).length > 0,
    ),
    aws_dynamodb_table: encrypted('server_side_encryption.enabled'),
    aws_sqs_queue: unless(
      'is not encrypted',
      ({ body }) =>
        isSet(body, 'kms_master_key_id') || isAll(body, 'sqs_managed_sse_enabled', true),
    ),
    aws_sns_topic: ownKey('kms_master_key_id'),
    ...forTypes(
      ['aws_cloudwatch_log_group', 'aws_secretsmanager_secret', 'aws_cloudtrail'],
      ownKey('kms_key_id'),
    ),
    aws_ecr_repository: encrypted('encryption_configuration.encryption_type', 'KMS'),
    aws_kinesis_stream: encrypted('encryption_type', 'KMS'),
    aws_kinesis_firehose_delivery_stream: encrypted('server_side_encryption.enabled'),
    google_storage_bucket: ownKey('encryption.default_kms_key_name'),
    ...forTypes(
      ['google_compute_instance_template', 'google_compute_region_instance_template'],
      everyDisk('disk', 'disk_encryption_key.kms_key_self_link'),
    ),
    google_compute_instance: ownKey('boot_disk.kms_key_self_link'),
    google_pubsub_topic: ownKey('kms_key_name'),
    google_artifact_registry_repository: ownKey('kms_key_name'),
    google_logging_project_bucket_config: ownKey('cmek_settings.kms_key_name'),
    google_secret_manager_secret: ownKey(
      'replication.auto.customer_managed_encryption.kms_key_name',
      'replication.user_managed.replicas.customer_managed_encryption.kms_key_name',
    ),
    google_sql_database_instance: ownKey('encryption_key_name'),
    google_bigquery_dataset: ownKey('default_encryption_configuration.kms_key_name'),
    google_dataproc_cluster: ownKey('cluster_config.encryption_config.kms_key_name'),
    ...forTypes(
      [
        'azurerm_linux_virtual_machine',
        'azurerm_linux_virtual_machine_scale_set',
        'azurerm_orchestrated_virtual_machine_scale_set',
      ],
      unless('writes its disks and caches unencrypted on the host', ({ body }) =>
        isAll(body, 'encryption_at_host_enabled', true),
      ),
    ),
    azurerm_managed_disk: ownKey('disk_encryption_set_id'),
    azurerm_storage_account: unless(
      'is encrypted once, with a key that Microsoft alone holds',
      (account, facts) =>
        isAll(account.body, 'infrastructure_encryption_enabled', true) ||
        isSet(account.body, 'customer_managed_key.key_vault_key_id') ||
        referring(facts, account, ['azurerm_storage_account_customer_managed_key']).length > 0,
    ),
  },
});

export const keyRotationRule = rule({
  id: 'key-rotation',
  what: 'Keys are replaced by new ones regularly, without anybody having to think of it',
  why: 'It bounds what one stolen key can open',
  remedy: 'Turn rotation on',
  judges: {
    aws_kms_key: unless(
      'does not rotate',
      ({ body }) =>
        isAll(body, 'enable_key_rotation', true) || !isSymmetric(valuesAt(body, 'key_usage')),
    ),
    google_kms_crypto_key: unless(
      'does not rotate',
      ({ body }) => isSet(body, 'rotation_period') || !isSymmetric(valuesAt(body, 'purpose')),
    ),
    azurerm_key_vault_key: unless(
      'does not rotate',
      ({ body }) =>
        isSet(body, 'rotation_policy.automatic.time_before_expiry') ||
        isSet(body, 'rotation_policy.automatic.time_after_creation'),
    ),
  },
});

/** Keys that sign cannot be rotated by the cloud: their other half is with others. */
const isSymmetric = (usage: readonly unknown[]) => usage.every((use) => use === 'ENCRYPT_DECRYPT');
