// One region on AWS: what may reach what, and that a machine may do little more than fetch its release and answer.
import { expect, test } from '@jest/globals';
import { fleetFor } from '../../fleet/environments.ts';
import { builtOnAws, only, statementsOf } from '../support/aws-region.ts';
import { paris, production, withRegion } from '../support/fleets.ts';
import '../support/provider-schema/to-match-provider-schema.ts';
import { resourcesOf } from '../support/synthesized.ts';

type Block = Readonly<Record<string, unknown>>;

const json = builtOnAws(production);
const qa = builtOnAws(fleetFor('qa'));

test('Terraform would read it, in every environment', () => {
  expect(json).toMatchProviderSchema();
  expect(qa).toMatchProviderSchema();
});

test('machines have no public address, and three zones to stand in', () => {
  const subnets = resourcesOf(json, 'aws_subnet');
  expect(subnets.map((subnet) => subnet['map_public_ip_on_launch'])).toEqual(
    subnets.map(() => false),
  );
  expect(new Set(subnets.map((subnet) => subnet['cidr_block'])).size).toBe(6);
  const group = only(json, 'aws_autoscaling_group');
  expect(group['vpc_zone_identifier']).toHaveLength(3);
});

test('data that is protected has a way out of each zone; elsewhere one for all is enough', () => {
  expect(resourcesOf(json, 'aws_nat_gateway')).toHaveLength(3);
  expect(resourcesOf(qa, 'aws_nat_gateway')).toHaveLength(1);
});

test('strangers reach the balancer’s 443 and nothing else', () => {
  const open = resourcesOf(json, 'aws_vpc_security_group_ingress_rule').filter(
    (rule) => rule['cidr_ipv4'] === '0.0.0.0/0',
  );
  expect(open.map((rule) => [rule['from_port'], rule['to_port']])).toEqual([[443, 443]]);
});

test('a machine talks to AWS’s services and to nobody else', () => {
  const outward = resourcesOf(json, 'aws_vpc_security_group_egress_rule');
  expect(outward.filter((rule) => 'cidr_ipv4' in rule || 'cidr_ipv6' in rule)).toEqual([]);
  expect(outward.filter((rule) => 'prefix_list_id' in rule)).toHaveLength(1);
});

test('one stable address for each of its zones, and the machines stand in those', () => {
  const two = builtOnAws(withRegion(production, paris, { addressCount: 2 }));
  expect(only(two, 'aws_lb')['subnet_mapping']).toHaveLength(2);
  expect(only(two, 'aws_autoscaling_group')['vpc_zone_identifier']).toHaveLength(2);
  expect(two.output?.['addresses']?.['value']).toHaveLength(2);
});

test('more addresses than zones are refused with a remedy', () =>
  expect(() => builtOnAws(withRegion(production, paris, { addressCount: 4 }))).toThrow(
    /aws-paris has 4 addresses.*one in each zone.*Choose 1\.\.3/,
  ));

test('TLS ends at the balancer with a modern policy, and begins again behind it', () => {
  expect(only(json, 'aws_lb_listener')).toMatchObject({
    port: 443,
    protocol: 'TLS',
    ssl_policy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
  });
  expect(only(json, 'aws_lb_target_group')).toMatchObject({
    port: 8443,
    protocol: 'TLS',
    health_check: { path: '/readyz', protocol: 'HTTPS', matcher: '200' },
  });
});

test('an upload to a machine that drains is not cut off', () =>
  expect(only(json, 'aws_lb_target_group')['target_health_state']).toEqual([
    { enable_unhealthy_connection_termination: false, unhealthy_draining_interval: 95 },
  ]));

test('the certificate names the service and the region, each proven in the zone', () => {
  expect(only(json, 'aws_acm_certificate')).toMatchObject({
    domain_name: 'api.evenkeel.example',
    subject_alternative_names: ['aws-paris.api.evenkeel.example'],
  });
  const proofs = resourcesOf(json, 'aws_route53_record');
  expect(proofs.map(({ name, allow_overwrite: isShared }) => [name, isShared])).toEqual(
    ['api.evenkeel.example', 'aws-paris.api.evenkeel.example'].map((name) => [
      expect.stringContaining(`if option.domain_name == "${name}"`),
      true,
    ]),
  );
});

test('a machine’s keys are worth nothing outside its network', () => {
  const [rights] = resourcesOf(json, 'aws_iam_role_policy').filter((policy) =>
    String(policy['policy']).includes('ssmmessages'),
  );
  for (const { Action, Condition, Resource } of statementsOf(rights!['policy'])) {
    const isDecryption = Action === 'kms:Decrypt';
    expect(Condition?.['StringEquals']).toHaveProperty([
      isDecryption ? 'kms:ViaService' : 'aws:SourceVpc',
    ]);
    if (Action === 's3:GetObject')
      expect(Resource).toEqual([expect.stringMatching(/artifacts.*\/releases\/\*$/)]);
  }
});

test('the autoscaling group may use the disks’ key, or no machine would start', () => {
  const role = only(json, 'aws_iam_service_linked_role');
  expect(role['custom_suffix']).toBe('ek-prod-aws-paris');
  expect(only(json, 'aws_autoscaling_group')['service_linked_role_arn']).toMatch(
    /aws_iam_service_linked_role\.\w+(-\w+)*\.arn/,
  );
  const policies = resourcesOf(json, 'aws_kms_key').map((key) => statementsOf(key['policy']));
  const grants = policies.flat().filter(({ Action }) => Action === 'kms:CreateGrant');
  expect(grants).toEqual([
    expect.objectContaining({
      Principal: { AWS: expect.stringContaining('aws_iam_service_linked_role') },
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  ]);
});

test('metadata is for the machine itself, its disk is encrypted, and there is no key pair', () => {
  const template = only(json, 'aws_launch_template');
  expect(template).toMatchObject({
    metadata_options: { http_tokens: 'required', http_put_response_hop_limit: 1 },
    block_device_mappings: [{ ebs: { encrypted: 'true', volume_type: 'gp3' } }],
  });
  expect(template).not.toHaveProperty('key_name');
  expect(JSON.stringify(template['block_device_mappings'])).toContain('aws_kms_key');
});

test('a machine counts when it says that it is ready, and goes when it says that it has drained', () => {
  const hooks = resourcesOf(json, 'aws_autoscaling_lifecycle_hook');
  const group = only(json, 'aws_autoscaling_group');
  const shape = (hook: Block) => [
    hook['name'],
    String(hook['lifecycle_transition']).replace('autoscaling:EC2_INSTANCE_', ''),
    hook['default_result'],
    hook['heartbeat_timeout'],
  ];
  const expected = [
    // In seconds: a drain may take 38, a start 240.
    ['drain', 'TERMINATING', 'CONTINUE', 120],
    ['launch', 'LAUNCHING', 'ABANDON', 300],
  ];
  expect(hooks.map(shape)).toEqual(expected);
  expect((group['initial_lifecycle_hook'] as Block[]).map(shape).toReversed()).toEqual(expected);
  const program = String(only(json, 'aws_launch_template')['user_data']);
  expect(program).toContain(Buffer.from('drain').toString('base64'));
});

test('a release costs no capacity, and a bad one is taken back', () =>
  expect(only(json, 'aws_autoscaling_group')).toMatchObject({
    health_check_type: 'ELB',
    instance_refresh: {
      preferences: { min_healthy_percentage: 100, auto_rollback: true },
    },
    instance_maintenance_policy: { min_healthy_percentage: 100 },
  }));

test('what must be known at night is told in the region itself', () => {
  const alarms = resourcesOf(json, 'aws_cloudwatch_metric_alarm');
  expect(
    alarms.map((alarm) => String(alarm['alarm_name']).replace('ek-prod-aws-paris-', '')),
  ).toEqual([
    'artifacts-copies-lag',
    'at-its-limit',
    'dead-letters',
    'models-copies-lag',
    'out-of-ports',
    'tls-to-machines-fails',
    'too-few-ready',
    'uploads-copies-lag',
    'work-waits',
  ]);
  for (const alarm of alarms)
    expect(alarm['alarm_actions']).toEqual([expect.stringMatching(/aws_sns_topic\./)]);
  expect(only(json, 'aws_sns_topic_subscription')['endpoint']).toBe(production.estate.alertEmail);
});

test('everything that other stacks need is published', () =>
  expect(Object.keys(json.output ?? {}).sort()).toEqual([
    'addresses',
    'artifacts_bucket',
    'jobs_table',
    'jobs_table_arn',
    'kms_key_arn',
    'models_bucket',
    'private_subnet_ids',
    'repository_urls',
    'uploads_bucket',
    'vpc_id',
    'wake_queue_arn',
    'wake_queue_url',
  ]));
