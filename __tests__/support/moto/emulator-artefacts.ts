// What the next plan shows although nothing has changed, because the emulator forgets or invents it: by name, each with its reason.

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
export const emulatorArtefacts: readonly Artefact[] = [
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
  artefact(
    'aws_apigatewayv2_domain_name',
    /^mutual_tls_authentication\.0$/,
    'moto answers with an empty trust store where there is none',
  ),
  artefact('aws_appautoscaling_target', /^tags_all\./, 'moto forgets the tags of a target'),
  artefact(
    'aws_ecs_service',
    /^(availability_zone_rebalancing|enable_ecs_managed_tags|health_check_grace_period_seconds)$/,
    'moto forgets these settings',
  ),
  artefact(
    'aws_emrserverless_application',
    /^(architecture|image_configuration\.0)$/,
    'moto forgets what the application runs on',
  ),
  artefact(
    'aws_lambda_function',
    /^(dead_letter_config\.0|kms_key_arn|logging_config\.0)$/,
    'moto forgets these settings',
  ),
  artefact(
    'aws_lambda_function',
    /^(version|qualified_arn|qualified_invoke_arn)$/,
    'setting again what moto forgot would publish a version',
  ),
  artefact(
    'aws_lambda_alias',
    /^function_version$/,
    'it follows the version above, which is not known before the apply',
  ),
];
