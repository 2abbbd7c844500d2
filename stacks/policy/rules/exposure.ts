// That machines and data stores have no address or door of their own on the internet.
import { all, forTypes, rule, unless } from '../rule.ts';
import type { Judge } from '../rule.ts';
import { blocksAt, isAll, isSet, referring, valuesAt } from '../stack-facts.ts';
import type { Body } from '../stack-facts.ts';

const googleMachines = [
  'google_compute_instance_template',
  'google_compute_region_instance_template',
  'google_compute_instance',
];

const isNever = (body: Body, path: string) =>
  !valuesAt(body, path).some((v) => String(v) === 'true');

const neverPublic = (path: string): Judge =>
  unless('gives machines public addresses', ({ body }) => isNever(body, path));

export const publicAddressRule = rule({
  id: 'public-address',
  what: 'Nothing that computes has a public address',
  why: 'What cannot be reached cannot be attacked; answers go through the balancer, requests out through NAT',
  remedy: 'Put it into a private subnet without a public address',
  judges: {
    aws_subnet: neverPublic('map_public_ip_on_launch'),
    aws_instance: neverPublic('associate_public_ip_address'),
    aws_launch_template: neverPublic('network_interfaces.associate_public_ip_address'),
    aws_ecs_service: neverPublic('network_configuration.assign_public_ip'),
    aws_cloudwatch_event_target: neverPublic('ecs_target.network_configuration.assign_public_ip'),
    aws_scheduler_schedule: neverPublic(
      'target.ecs_parameters.network_configuration.assign_public_ip',
    ),
    ...forTypes(
      googleMachines,
      unless(
        'has a public address',
        ({ body }) => blocksAt(body, 'network_interface.access_config').length === 0,
      ),
    ),
    ...forTypes(
      ['azurerm_linux_virtual_machine_scale_set', 'azurerm_orchestrated_virtual_machine_scale_set'],
      unless(
        'gives machines public addresses',
        ({ body }) =>
          blocksAt(body, 'network_interface.ip_configuration.public_ip_address').length === 0,
      ),
    ),
    azurerm_network_interface: unless(
      'has a public address',
      ({ body }) => !isSet(body, 'ip_configuration.public_ip_address_id'),
    ),
  },
});

const closed = (path: string, wanted: unknown): Judge =>
  unless('can be reached from the internet', ({ body }) => isAll(body, path, wanted));

export const publicDataStoreRule = rule({
  id: 'public-data-store',
  what: 'No database, cache or vault is open to the world',
  why: 'A leaked password would then be enough',
  remedy: 'Give it a private endpoint and close its public one',
  judges: {
    ...forTypes(
      [
        'aws_db_instance',
        'aws_rds_cluster_instance',
        'aws_redshift_cluster',
        'aws_dms_replication_instance',
      ],
      closed('publicly_accessible', false),
    ),
    aws_opensearch_domain: unless('stands outside a private network', ({ body }) =>
      isSet(body, 'vpc_options.subnet_ids'),
    ),
    aws_elasticache_replication_group: unless('takes connections without TLS', ({ body }) =>
      isAll(body, 'transit_encryption_enabled', true),
    ),
    aws_eks_cluster: closed('vpc_config.endpoint_public_access', false),
    google_sql_database_instance: closed('settings.ip_configuration.ipv4_enabled', false),
    google_redis_instance: closed('connect_mode', 'PRIVATE_SERVICE_ACCESS'),
    ...forTypes(
      [
        'azurerm_redis_cache',
        'azurerm_mssql_server',
        'azurerm_postgresql_flexible_server',
        'azurerm_cosmosdb_account',
      ],
      closed('public_network_access_enabled', false),
    ),
    ...forTypes(
      ['azurerm_storage_account', 'azurerm_key_vault'],
      unless(
        'takes requests from every network',
        ({ body }) =>
          isAll(body, 'public_network_access_enabled', false) ||
          isAll(body, 'network_rules.default_action', 'Deny') ||
          isAll(body, 'network_acls.default_action', 'Deny'),
      ),
    ),
  },
});

const blockers = [
  'block_public_acls',
  'block_public_policy',
  'ignore_public_acls',
  'restrict_public_buckets',
];

const isBlocked: Judge = (bucket, facts) =>
  referring(facts, bucket, ['aws_s3_bucket_public_access_block']).some(({ body }) =>
    blockers.every((name) => isAll(body, name, true)),
  )
    ? []
    : ['has no public access block with all four settings'];

export const publicBucketRule = rule({
  id: 'public-bucket',
  what: 'No bucket can be made public, not even by mistake',
  why: 'Buckets opened by one wrong policy are how such data has usually leaked',
  remedy: 'Block public access on the bucket itself; pages go through the content network',
  judges: {
    aws_s3_bucket: isBlocked,
    aws_s3_bucket_acl: unless('opens its bucket', ({ body }) =>
      valuesAt(body, 'acl').every((acl) => !String(acl).startsWith('public')),
    ),
    google_storage_bucket: all(
      unless('may have access rules per object', ({ body }) =>
        isAll(body, 'uniform_bucket_level_access', true),
      ),
      unless('does not enforce the prevention of public access', ({ body }) =>
        isAll(body, 'public_access_prevention', 'enforced'),
      ),
    ),
    azurerm_storage_account: unless('lets containers be made public', ({ body }) =>
      isAll(body, 'allow_nested_items_to_be_public', false),
    ),
    azurerm_storage_container: unless('is public', ({ body }) =>
      valuesAt(body, 'container_access_type').every((type) => type === 'private'),
    ),
  },
});
