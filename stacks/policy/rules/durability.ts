// That data outlives mistakes: versions, points to return to, and no way to destroy it in passing.
import { all, forTypes, rule, unless } from '../rule.ts';
import type { Judge } from '../rule.ts';
import { isAll, referring, valuesAt } from '../stack-facts.ts';

export const versionedBucketRule = rule({
  id: 'versioned-bucket',
  what: 'Every bucket keeps what was overwritten or deleted',
  why: 'It is what undoes a wrong program and a blackmailer alike',
  remedy: 'Turn on versioning, and bound its cost with a lifecycle rule',
  judges: {
    aws_s3_bucket: unless('has no versioning', (bucket, facts) =>
      referring(facts, bucket, ['aws_s3_bucket_versioning']).some(({ body }) =>
        isAll(body, 'versioning_configuration.status', 'Enabled'),
      ),
    ),
    google_storage_bucket: unless('has no versioning', ({ body }) =>
      isAll(body, 'versioning.enabled', true),
    ),
    azurerm_storage_account: unless('has no versioning', ({ body }) =>
      isAll(body, 'blob_properties.versioning_enabled', true),
    ),
  },
});

/** Judges only where the environment protects its data. */
const whereProtected =
  (judge: Judge): Judge =>
  (resource, facts) =>
    facts.protectsData ? judge(resource, facts) : [];

const isNeverDestroyed = whereProtected(
  unless('can be destroyed with its stack', ({ body }) =>
    isAll(body, 'lifecycle.prevent_destroy', true),
  ),
);

const isOn = (path: string, found: string): Judge =>
  whereProtected(unless(found, ({ body }) => isAll(body, path, true)));

const notEmptiedByForce = unless('is emptied when it is destroyed', ({ body }) =>
  valuesAt(body, 'force_destroy').every((force) => force === false),
);

export const protectedDataRule = rule({
  id: 'protected-data',
  what: 'Where data is protected, neither Terraform nor one wrong click destroys it',
  why: 'A stack that is replaced by mistake must stop before the only copy',
  remedy:
    'Set prevent_destroy, deletion protection or purge protection where estate.protectsData is true',
  judges: {
    aws_s3_bucket: all(isNeverDestroyed, whereProtected(notEmptiedByForce)),
    aws_dynamodb_table: all(
      isNeverDestroyed,
      isOn('deletion_protection_enabled', 'has no deletion protection'),
      isOn('point_in_time_recovery.enabled', 'cannot be set back to an earlier moment'),
    ),
    ...forTypes(['aws_kms_key', 'aws_route53_zone', 'google_kms_crypto_key'], isNeverDestroyed),
    ...forTypes(
      ['aws_db_instance', 'aws_rds_cluster', 'google_sql_database_instance'],
      isOn('deletion_protection', 'has no deletion protection'),
    ),
    ...forTypes(
      ['aws_lb', 'aws_alb'],
      isOn('enable_deletion_protection', 'can be deleted, and its addresses with it'),
    ),
    google_storage_bucket: all(isNeverDestroyed, whereProtected(notEmptiedByForce)),
    azurerm_storage_account: isNeverDestroyed,
    azurerm_key_vault: isOn('purge_protection_enabled', 'can be purged'),
  },
});
