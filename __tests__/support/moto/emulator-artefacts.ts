// What the next plan shows although nothing has changed, because the emulator forgets or invents it: by name, each with its reason.
import type { PlanJson, ResourceChange } from '../../../deploy/plan-summary.ts';
import { differences } from '../differences.ts';

interface Artefact {
  readonly type: string;
  /** The whole dotted path of what differs, list positions included. */
  readonly path: RegExp;
  readonly because: string;
}

const artefact = (type: string, path: RegExp, because: string): Artefact => ({
  type,
  path,
  because,
});

/** moto 5.2.1 under hashicorp/aws 5.100.0. A drift that is not listed here is ours and fails the test. */
const emulatorArtefacts: readonly Artefact[] = [
  artefact(
    'aws_autoscaling_group',
    /^(default_instance_warmup|instance_maintenance_policy\.0|max_instance_lifetime|capacity_reservation_specification\..*)$/,
    'moto forgets these settings',
  ),
  artefact(
    'aws_autoscaling_group',
    /^service_linked_role_arn$/,
    'moto names the default role, whichever was given',
  ),
  artefact(
    'aws_autoscaling_group',
    /^launch_template\.0\.version$/,
    'it follows the template below, whose next version is not known before the apply',
  ),
  artefact(
    'aws_launch_template',
    /^(tag_specifications\.\d+|default_version|latest_version)$/,
    'moto adds the tags of the template itself, and taking them away would make a new version',
  ),
  artefact(
    'aws_autoscaling_lifecycle_hook',
    /^(notification_target_arn|role_arn)$/,
    'moto invents a queue and a role',
  ),
  artefact(
    'aws_autoscaling_policy',
    /^(enabled|predictive_scaling_configuration\.0)$/,
    'moto does not know `enabled`, and answers with an empty prediction',
  ),
  artefact(
    'aws_lb',
    /^(subnet_mapping\..*|subnets)$/,
    'moto forgets which address is in which subnet',
  ),
  artefact(
    'aws_vpc_security_group_ingress_rule',
    /^description$/,
    'moto forgets the description of a rule that names a group',
  ),
  artefact(
    'aws_vpc_security_group_egress_rule',
    /^description$/,
    'moto forgets the description of a rule that names a group or a prefix list',
  ),
  artefact(
    'aws_budgets_budget',
    /^(notification(\..*)?|tags_all(\..*)?)$/,
    'moto forgets who is told, and the tags of a budget',
  ),
  artefact('aws_sqs_queue', /^redrive_policy$/, 'moto writes the same JSON with other blanks'),
  artefact(
    'aws_s3_bucket_replication_configuration',
    /^rule\.0\.source_selection_criteria\.0$/,
    'moto forgets that objects under KMS are copied too',
  ),
  artefact(
    'aws_cloudfront_distribution',
    /^(default|ordered)_cache_behavior\.\d+\.forwarded_values\.0$/,
    'moto adds the forwarding that cache policies replace',
  ),
  artefact(
    'aws_cloudfront_distribution',
    /^viewer_certificate\.0\.cloudfront_default_certificate$/,
    'moto says that a distribution with a certificate of its own has the default one',
  ),
];

export interface FullChange extends ResourceChange {
  readonly change: ResourceChange['change'] & {
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
    readonly after_unknown?: Readonly<Record<string, unknown>> | boolean;
  };
}

export interface FullPlan extends PlanJson {
  readonly resource_changes?: readonly FullChange[];
}

/** One line for each attribute that a plan would change without the emulator being to blame. */
export const unexplainedChanges = ({ resource_changes: changes = [] }: FullPlan): string[] =>
  changes.filter(({ mode }) => mode !== 'data').flatMap(unexplained);

function unexplained({ address, type, change }: FullChange): string[] {
  const { actions, before, after, after_unknown: unknown } = change;
  if (actions.every((action) => action === 'no-op')) return [];
  if (actions.join() !== 'update') return [`${address}: ${actions.join(' and ')}`];
  const known = differences(before, after).filter((path) => !isTrueAt(unknown, path));
  return [...known, ...truePaths(unknown)]
    .filter((path) => !isExplained(type, path))
    .map((path) => `${address}.${path}: ${shown(at(before, path))} -> ${shown(at(after, path))}`);
}

const isExplained = (type: string, path: string) =>
  emulatorArtefacts.some((known) => known.type === type && known.path.test(path));

const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | null)?.[key], value);

const isTrueAt = (unknown: unknown, path: string) => at(unknown, path) === true;

/** `after_unknown` has the shape of the value, with true where it will be known after the apply only. */
function truePaths(value: unknown, path: readonly string[] = []): string[] {
  if (value === true) return [path.join('.')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => truePaths(inner, [...path, key]));
}

const shownCharsMax = 200;
const shown = (value: unknown) =>
  (value === undefined ? 'nothing' : JSON.stringify(value)).slice(0, shownCharsMax);
