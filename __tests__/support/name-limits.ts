// What each cloud allows as a name, by the type of resource and the attribute that holds it: from the clouds' own documentation.

interface NameLimit {
  readonly attribute: string;
  readonly pattern: RegExp;
}

const limit = (attribute: string, pattern: RegExp): NameLimit => ({ attribute, pattern });

/** RFC 1035, as Compute Engine asks it. */
const google = limit('name', /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
const balancer = limit('name', /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/);
const bucket = /^(?!xn--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const azure = limit('name', /^[A-Za-z0-9][\w.-]{0,62}\w$/);

export const nameLimits: Readonly<Record<string, NameLimit>> = {
  aws_lb: balancer,
  aws_lb_target_group: balancer,
  aws_iam_role: limit('name', /^[\w+=,.@-]{1,64}$/),
  aws_iam_instance_profile: limit('name', /^[\w+=,.@-]{1,128}$/),
  aws_iam_policy: limit('name', /^[\w+=,.@-]{1,128}$/),
  aws_s3_bucket: limit('bucket', bucket),
  aws_sqs_queue: limit('name', /^[\w-]{1,75}(\.fifo)?$/),
  aws_sns_topic: limit('name', /^[\w-]{1,256}$/),
  aws_lambda_function: limit('function_name', /^[\w-]{1,64}$/),
  aws_dynamodb_table: limit('name', /^[\w.-]{3,255}$/),
  aws_launch_template: limit('name', /^[\w().\-/]{3,128}$/),
  aws_autoscaling_group: limit('name', /^[^:]{1,255}$/),
  aws_security_group: limit('name', /^(?!sg-)[\w .\-:/()#,@[\]+=&;{}!$*]{1,255}$/),
  aws_kms_alias: limit('name', /^alias\/(?!aws\/)[\w/-]{1,250}$/),
  aws_cloudwatch_log_group: limit('name', /^[\w./#-]{1,512}$/),
  aws_ecr_repository: limit('name', /^(?=.{2,256}$)[a-z0-9]+(?:[._/-][a-z0-9]+)*$/),
  aws_ecs_cluster: limit('name', /^[\w-]{1,255}$/),
  aws_wafv2_web_acl: limit('name', /^[\w-]{1,128}$/),
  aws_emrserverless_application: limit('name', /^[A-Za-z0-9._/#-]{1,64}$/),
  aws_sfn_state_machine: limit('name', /^[\w-]{1,80}$/),
  aws_cloudtrail: limit('name', /^[A-Za-z0-9](?:[\w.-]{1,126})[A-Za-z0-9]$/),
  google_compute_network: google,
  google_compute_subnetwork: google,
  google_compute_address: google,
  google_compute_firewall: google,
  google_compute_router: google,
  google_compute_router_nat: google,
  google_compute_forwarding_rule: google,
  google_compute_region_backend_service: google,
  google_compute_region_health_check: google,
  google_compute_region_instance_group_manager: google,
  google_compute_region_autoscaler: google,
  google_compute_region_url_map: google,
  google_compute_region_ssl_policy: google,
  google_compute_region_target_https_proxy: google,
  google_kms_key_ring: limit('name', /^[\w-]{1,63}$/),
  google_kms_crypto_key: limit('name', /^[\w-]{1,63}$/),
  google_service_account: limit('account_id', /^[a-z](?=.{5,29}$)[-a-z0-9]*[a-z0-9]$/),
  google_storage_bucket: limit('name', bucket),
  azurerm_storage_account: limit('name', /^[a-z0-9]{3,24}$/),
  azurerm_key_vault: limit('name', /^[a-z](?:-?[a-z0-9]){2,23}$/i),
  azurerm_resource_group: limit('name', /^[\w().-]{0,89}[\w()-]$/),
  azurerm_virtual_network: azure,
  azurerm_lb: azure,
  azurerm_public_ip: azure,
  azurerm_nat_gateway: azure,
  azurerm_network_security_group: azure,
  azurerm_linux_virtual_machine_scale_set: azure,
};
