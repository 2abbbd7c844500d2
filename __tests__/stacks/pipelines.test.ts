// The pipelines as they would be built: who may call what, what stands still while nobody does, and what each part may do.
import { describe, expect, test } from '@jest/globals';
import type { Fleet, Region } from '../../fleet/fleet.ts';
import { primaryOf } from '../../fleet/fleet.ts';
import { fleetFor } from '../../fleet/environments.ts';
import { frontSettings } from '../../services/pipelines/settings.ts';
import { PipelinesStack, pipelinesRegion } from '../../stacks/pipelines.ts';
import { belgium, paris, production, withRegion } from '../support/fleets.ts';
import '../support/provider-schema/to-match-provider-schema.ts';
import { actionsOf, rightsOf, unquoted } from '../support/aws-rights.ts';
import { theOnly, valueAt } from '../support/resources.ts';
import { resourcesOf, synthesizedStack } from '../support/synthesized.ts';

const stackOf = (fleet: Fleet, region: Region = primaryOf(fleet)) =>
  synthesizedStack((app) => new PipelinesStack(app, fleet, region));

const json = stackOf(production);
const qa = stackOf(fleetFor('qa'));

interface Container {
  readonly name: string;
  readonly image: string;
  readonly readonlyRootFilesystem: boolean;
  readonly user: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly resourceRequirements?: readonly unknown[];
}

const containers = resourcesOf(json, 'aws_ecs_task_definition').flatMap(
  ({ container_definitions: text }) => JSON.parse(unquoted(String(text))) as readonly Container[],
);

test('Terraform would read it, in every environment', () => {
  for (const stack of [json, qa]) expect(stack).toMatchProviderSchema();
});

test('it stands in the primary region, in the next AWS region where the primary is elsewhere, and nowhere without any', () => {
  expect(pipelinesRegion(production)?.id).toBe(paris);
  const elsewhere = withRegion(withRegion(production, paris, { role: 'secondary' }), belgium, {
    role: 'primary',
  });
  expect(pipelinesRegion(elsewhere)?.id).toBe(paris);
  expect(pipelinesRegion(withRegion(production, paris, { cloud: 'gcp' }))).toBeNull();
});

describe('the functions', () => {
  const functions = resourcesOf(json, 'aws_lambda_function');
  const front = functions.find((one) => one['function_name'] === 'ek-prod-pipelines-front');

  test('run images by digest, in private subnets, traced, bounded, with an end for failures', () => {
    expect(functions).toHaveLength(2);
    for (const one of functions)
      expect(one).toMatchObject({
        package_type: 'Image',
        architectures: ['arm64'],
        tracing_config: { mode: 'Active' },
        vpc_config: { subnet_ids: expect.any(Array) },
        kms_key_arn: '${var.aws_paris_kms_key_arn}',
        reserved_concurrent_executions: expect.any(Number),
        dead_letter_config: { target_arn: expect.stringContaining('aws_sqs_queue') },
      });
    expect(JSON.stringify(json.locals)).toContain('@${var.front_image_digest}');
  });

  test('are told what their program reads', () => {
    const variables = valueAt(front, 'environment', 'variables') as Record<string, string>;
    const resolved = {
      ...Object.fromEntries(Object.entries(variables).map(([name]) => [name, 'value'])),
      ...known,
      AWS_REGION: 'eu-west-3',
    };
    expect(Object.keys(known).sort()).toEqual(Object.keys(variables).sort());
    expect(() => frontSettings(resolved)).not.toThrow();
  });

  test('keep instances warm where the estate pays for it', () => {
    expect(theOnly(json, 'aws_lambda_provisioned_concurrency_config')).toMatchObject({
      provisioned_concurrent_executions: production.estate.provisionedConcurrency,
    });
    expect(resourcesOf(qa, 'aws_lambda_provisioned_concurrency_config')).toEqual([]);
  });

  test('the front can neither take jobs nor read pictures', () => {
    const rights = rightsOf(json, 'ek-prod-pipelines-front');
    expect(actionsOf(rights)).not.toContain('dynamodb:UpdateItem');
    const readable = rights.find(({ Sid }) => Sid === 'ReadObjects')?.Resource;
    expect(readable).toEqual(['arn:aws:s3:::${var.aws_paris_uploads_bucket}/results/*']);
  });

  test('the sweep can do nothing but look and start', () => {
    const own = actionsOf(rightsOf(json, 'ek-prod-pipelines-sweep')).filter((action) =>
      /^(dynamodb|s3|ecs|iam):/.test(action),
    );
    expect(own.sort()).toEqual([
      'dynamodb:Query',
      'ecs:ListTasks',
      'ecs:RunTask',
      'ecs:TagResource',
      'iam:PassRole',
    ]);
  });

  test('roles are handed to tasks of these two kinds, and to nothing but ECS', () => {
    const pass = rightsOf(json, 'ek-prod-pipelines-front').find(
      ({ Action }) => Action === 'iam:PassRole',
    );
    expect(pass?.Resource).toHaveLength(4);
    expect(pass?.Condition).toEqual({
      StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
    });
  });
});

/** Values of the form that the references will have. */
const known = {
  JOBS_TABLE: 'ek-prod-jobs',
  CLUSTER: 'ek-prod-pipelines',
  TASK_SUBNETS: 'subnet-0a1,subnet-0b2,subnet-0c3',
  TASK_SECURITY_GROUP: 'sg-0d4',
  BATCH_TASK: 'arn:aws:ecs:eu-west-3:123456789012:task-definition/ek-prod-batch:1',
  TRAINING_TASK: 'arn:aws:ecs:eu-west-3:123456789012:task-definition/ek-prod-training:1',
  TRAINING_CAPACITY: 'ek-prod-training',
  UPLOADS_BUCKET: 'evenkeel-example-aws-paris-uploads',
  STRUCTURED_URL: 'https://structured.pipelines.evenkeel.example',
  TOKENS_URL: 'https://x.auth.eu-west-3.amazoncognito.com/oauth2/token',
};

describe('structured data', () => {
  test('is always on, twice where the region is', () => {
    expect(theOnly(json, 'aws_appautoscaling_target')).toMatchObject({
      min_capacity: 2,
      max_capacity: 4,
    });
    expect(theOnly(qa, 'aws_appautoscaling_target')).toMatchObject({ min_capacity: 1 });
  });

  test('is reached from inside only, with TLS before and behind the balancer, behind a firewall, and noted', () => {
    expect(theOnly(json, 'aws_lb')).toMatchObject({
      internal: true,
      drop_invalid_header_fields: true,
      access_logs: { enabled: true },
      enable_deletion_protection: true,
    });
    expect(theOnly(json, 'aws_lb_listener')).toMatchObject({
      protocol: 'HTTPS',
      ssl_policy: expect.stringContaining('TLS13'),
    });
    expect(theOnly(json, 'aws_lb_target_group')).toMatchObject({
      protocol: 'HTTPS',
      health_check: { protocol: 'HTTPS', path: '/readyz' },
    });
    expect(resourcesOf(json, 'aws_wafv2_web_acl_association')).toHaveLength(1);
  });

  test('nobody but the front reaches the balancer, and nobody but the balancer the service', () => {
    const ways = resourcesOf(json, 'aws_vpc_security_group_ingress_rule').map((rule) => [
      /group\.doors_([a-z]+)_/.exec(String(rule['referenced_security_group_id']))?.[1],
      /group\.doors_([a-z]+)_/.exec(String(rule['security_group_id']))?.[1],
      rule['from_port'],
    ]);
    expect(ways).toHaveLength(2);
    expect(ways).toContainEqual(['front', 'balancer', 443]);
    expect(ways).toContainEqual(['balancer', 'service', 8443]);
  });

  test('a task may do nothing in the account', () => {
    expect(rightsOf(json, 'ek-prod-structured-work')).toEqual([]);
  });
});

describe('jobs', () => {
  test('no container can change its own programs, or is root', () => {
    expect(containers.map(({ name }) => name).sort()).toEqual(['batch', 'structured', 'training']);
    for (const container of containers)
      expect(container).toMatchObject({ readonlyRootFilesystem: true, user: '1000:1000' });
  });

  test('a batch takes jobs, reads uploads and writes results, and no more', () => {
    const rights = rightsOf(json, 'ek-prod-batch-work');
    const by = (sid: string) => rights.find(({ Sid }) => Sid === sid);
    expect(by('WriteObjects')?.Resource).toEqual([
      'arn:aws:s3:::${var.aws_paris_uploads_bucket}/results/*',
    ]);
    expect(actionsOf(rights).filter((action) => action.includes('Delete'))).toEqual([]);
    expect(by('WorkOnJobs')?.Resource).toEqual([
      '${var.aws_paris_jobs_table_arn}',
      '${var.aws_paris_jobs_table_arn}/index/due',
    ]);
  });

  test('training cannot touch what clinics have sent', () => {
    expect(JSON.stringify(rightsOf(json, 'ek-prod-training-work'))).not.toContain('uploads_bucket');
  });

  test('GPU machines are spot, of several sizes, and there only while a task needs one', () => {
    const group = theOnly(json, 'aws_autoscaling_group');
    expect(group).toMatchObject({ min_size: 0, max_size: 1, protect_from_scale_in: true });
    const policy = group['mixed_instances_policy'];
    expect(
      valueAt(policy, 'instances_distribution', 'on_demand_percentage_above_base_capacity'),
    ).toBe(0);
    const machines = valueAt(policy, 'launch_template', 'override') as readonly {
      readonly instance_type: string;
    }[];
    expect(machines.length).toBeGreaterThan(1);
    for (const { instance_type: type } of machines) expect(type).toMatch(/^g[56]\./);
    expect(theOnly(json, 'aws_ecs_capacity_provider')).toMatchObject({
      auto_scaling_group_provider: {
        managed_termination_protection: 'ENABLED',
        managed_scaling: { status: 'ENABLED', maximum_scaling_step_size: 1 },
      },
    });
    const training = containers.find(({ name }) => name === 'training');
    expect(training?.resourceRequirements).toEqual([{ type: 'GPU', value: '1' }]);
  });

  test('what is left over is begun every hour of a French working day', () => {
    expect(theOnly(json, 'aws_scheduler_schedule')).toMatchObject({
      schedule_expression: 'cron(0 8-19 ? * MON-FRI *)',
      schedule_expression_timezone: 'Europe/Paris',
      target: { dead_letter_config: { arn: expect.stringContaining('aws_sqs_queue') } },
    });
  });
});

test('Spark stops by itself, has a bound, and runs in the private network', () => {
  expect(theOnly(json, 'aws_emrserverless_application')).toMatchObject({
    type: 'SPARK',
    auto_stop_configuration: { enabled: true, idle_timeout_minutes: 5 },
    maximum_capacity: { cpu: '64 vCPU' },
    network_configuration: { subnet_ids: expect.any(Array) },
  });
});

test('nothing in it has a public address, and no secret leaves it', () => {
  expect(theOnly(json, 'aws_ecs_service')['network_configuration']).toMatchObject({
    assign_public_ip: false,
  });
  expect(JSON.stringify(json.output)).not.toMatch(/secret"|client_secret/);
  expect(Object.keys(json.output ?? {}).sort()).toEqual([
    'api_url',
    'client_ids',
    'spark_state_machine_arn',
  ]);
});

test('every image is named by its digest, which only the deployer knows', () => {
  const digests = Object.entries(json.variable ?? {}).filter(([name]) => name.endsWith('_digest'));
  expect(digests.map(([name]) => name).sort()).toEqual([
    'batch_image_digest',
    'front_image_digest',
    'spark_image_digest',
    'training_image_digest',
  ]);
  for (const [, variable] of digests) expect(variable).not.toHaveProperty('default');
});
