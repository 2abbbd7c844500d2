// What is never carried out: losing protected data, pulling the ground from under a stack, a name nobody can hold.
import { InputError } from '../fleet/errors.ts';
import type { FailoverPlan } from '../fleet/failover-plan.ts';
import type { FleetManifest, StackEntry } from '../fleet/fleet-manifest.ts';
import type { DeploymentRecord } from './deployment-record.ts';
import { sensitiveOutput } from './deployment-record.ts';
import type { PlanJson, PlanSummary } from './plan-summary.ts';
import { usersOf } from './stack-values.ts';

/** RFC 2606 and RFC 6761: nobody can register these, so no certificate and no delegation will ever come. */
const reservedZone = /(^|\.)(example|test|invalid|localhost|example\.(com|net|org))$/;

/** `InputError` 'reserved-zone'. */
export function requireRealZone({ zone, environment }: FleetManifest): void {
  if (!reservedZone.test(zone)) return;
  throw new InputError('reserved-zone', {
    found: `The zone of ${environment} is ${zone}`,
    why: 'Its top-level name is reserved (RFC 2606, RFC 6761): it cannot be delegated, so no certificate would ever be validated',
    remedy: 'Set `zone` in fleet/environments.ts to a domain that you hold',
  });
}

/** Terraform locks S3 state with an object beside it since this version. */
const terraformMin = [1, 10] as const;

/** `InputError` 'old-terraform'. */
export function requireTerraform(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > terraformMin[0] || (major === terraformMin[0] && minor >= terraformMin[1])) return;
  throw new InputError('old-terraform', {
    found: `terraform is ${version}`,
    why: `Older than ${terraformMin.join('.')}, it cannot lock state in S3 without a table beside it, and two deployers could overwrite each other`,
    remedy: `Install terraform ${terraformMin.join('.')} or newer`,
  });
}

/** What nobody can make again. Everything else of a stack that holds data can be built anew from this repository. */
const dataTypes: ReadonlySet<string> = new Set([
  'aws_s3_bucket',
  'aws_s3_object',
  'aws_dynamodb_table',
  'aws_dynamodb_table_replica',
  'aws_dynamodb_global_table',
  'aws_ecr_repository',
  'aws_kms_key',
  'aws_kms_replica_key',
  'aws_route53_zone',
  'aws_route53_key_signing_key',
  'aws_secretsmanager_secret',
  'aws_cloudtrail',
  'aws_cloudwatch_log_group',
  'aws_db_instance',
  'aws_efs_file_system',
  'google_storage_bucket',
  'google_kms_key_ring',
  'google_kms_crypto_key',
  'google_secret_manager_secret',
  'google_artifact_registry_repository',
  'google_firestore_database',
  'azurerm_resource_group',
  'azurerm_storage_account',
  'azurerm_storage_container',
  'azurerm_key_vault',
  'azurerm_key_vault_key',
  'azurerm_key_vault_secret',
  'azurerm_key_vault_certificate',
  'azurerm_container_registry',
]);

const remedy =
  'If it is really meant, set `protectsData: false` for this environment in fleet/environments.ts, have that change reviewed, deploy it, and only then repeat this; make a copy of the data first';

/** `InputError` 'protected-data' for a whole stack, before anything of the fleet is touched. */
export function requireNoProtectedStack(
  { protectsData, environment }: FleetManifest,
  chosen: readonly StackEntry[],
): void {
  const held = chosen.filter(({ holdsData }) => holdsData).map(({ name }) => name);
  if (!protectsData || held.length === 0) return;
  throw new InputError('protected-data', {
    found: `Destroying ${held.join(', ')} of ${environment} would destroy data`,
    why: 'This environment protects its data: nobody can make it again',
    remedy,
  });
}

/** `InputError` 'protected-data' for what a plan would replace or destroy. */
export function requireNoProtectedLoss(
  { protectsData }: FleetManifest,
  { name, holdsData }: StackEntry,
  { losses }: PlanSummary,
): void {
  if (!protectsData || !holdsData) return;
  const lost = losses.filter(({ type }) => dataTypes.has(type));
  if (lost.length === 0) return;
  throw new InputError('protected-data', {
    found: `The plan of ${name} would ${lost.map(({ kind, address }) => `${kind} ${address}`).join(', ')}`,
    why: 'This environment protects its data, and a replacement begins empty',
    remedy,
  });
}

/** `InputError` 'sensitive-output', before the apply that would publish it. */
export function requirePublicOutputs(stack: string, { planned_values: planned }: PlanJson): void {
  const outputs = Object.entries(planned?.outputs ?? {});
  const secret = outputs.find(([, { sensitive }]) => sensitive === true);
  if (secret !== undefined) throw sensitiveOutput(stack, secret[0]);
}

/** `InputError` 'still-needed': a stack is destroyed after everything that stands on it. */
export function requireUnused(
  manifest: FleetManifest,
  plan: FailoverPlan,
  { stacks }: DeploymentRecord,
  chosen: readonly StackEntry[],
): void {
  const going = new Set(chosen.map(({ name }) => name));
  for (const { name } of chosen) {
    const users = usersOf(name, manifest.stacks, plan)
      .map((user) => user.name)
      .filter((user) => stacks[user] !== undefined && !going.has(user));
    if (users.length > 0)
      throw new InputError('still-needed', {
        found: `${name} is needed by ${users.join(', ')}`,
        why: 'They could be neither changed nor destroyed properly without what it gives them',
        remedy: `Destroy these first, or together: ${users.map((user) => `--stack ${user}`).join(' ')} --stack ${name}`,
      });
  }
}
