// The schema check and Terraform itself judge the same mutants of AWS's stacks: they must agree on everything structural.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { fleetFor } from '../../fleet/environments.ts';
import { pluginCache } from '../support/moto/plugin-cache.ts';
import { providerSchema } from '../support/provider-schema/assembly.ts';
import {
  mutantAt,
  mutantKinds,
  mutationSites,
  sampled,
} from '../support/provider-schema/mutants.ts';
import { faultsOf } from '../support/provider-schema/to-match-provider-schema.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { synthesizedFleet } from '../support/synthesized-fleet.ts';
import type { TerraformJson } from '../support/synthesized.ts';

const seed = 20_261_121;
const ofEachKind = 3;
/** Reading the provider takes Terraform some 5 s each time. */
const suiteMsMax = 600_000;

const { stacks } = synthesizedFleet(fleetFor('production'));
const awsStacks = stacks.filter(({ cloud }) => cloud === 'aws');

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
const environment = { ...process.env, ...pluginCache(), CHECKPOINT_DISABLE: '1' };
const terraform = (...args: readonly string[]) =>
  spawnSync('terraform', [`-chdir=${folder}`, ...args], {
    env: environment,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });

interface Validation {
  readonly diagnostics: readonly { readonly severity: string; readonly summary: string }[];
}

/** What Terraform finds, in its own words; one folder serves all, because they name the same provider. */
function terraformFaults(json: TerraformJson): readonly string[] {
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(json));
  const { stdout, stderr } = terraform('validate', '-json');
  if (stdout === '') throw new Error(`terraform validate said nothing: ${stderr}`);
  const { diagnostics } = JSON.parse(stdout) as Validation;
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ summary }) => summary);
}

const stackOf = (resource: TerraformJson['resource']): TerraformJson => ({
  terraform: {
    required_providers: { aws: { source: 'hashicorp/aws', version: '5.100.0' } },
  },
  provider: { aws: [{ region: 'eu-west-3' }] },
  ...(resource === undefined ? {} : { resource }),
});

const group = { max_size: 2, min_size: 1, availability_zones: ['eu-west-3a'] };
const alarm = {
  alarm_name: 'a',
  comparison_operator: 'GreaterThanThreshold',
  evaluation_periods: 1,
  metric_name: 'm',
  namespace: 'n',
  period: 60,
  statistic: 'Sum',
  threshold: 1,
};
const firewall = (statement: object) => ({
  a: {
    name: 'a',
    scope: 'REGIONAL',
    default_action: { allow: {} },
    visibility_config: {
      cloudwatch_metrics_enabled: true,
      metric_name: 'm',
      sampled_requests_enabled: true,
    },
    rule: [
      {
        name: 'r',
        priority: 0,
        action: { block: {} },
        statement,
        visibility_config: {
          cloudwatch_metrics_enabled: true,
          metric_name: 'r',
          sampled_requests_enabled: true,
        },
      },
    ],
  },
});

/** Different ways of writing what is right. */
const harmless: Readonly<Record<string, TerraformJson['resource']>> = {
  'a number as text': {
    aws_vpc: {
      a: { cidr_block: '10.0.0.0/16', ipv4_netmask_length: null, enable_dns_support: 'true' },
    },
  },
  'a block without a list around it': {
    aws_s3_bucket_versioning: {
      a: { bucket: 'b', versioning_configuration: { status: 'Enabled' } },
    },
  },
  'a block in a list of one': {
    aws_s3_bucket_versioning: {
      a: { bucket: 'b', versioning_configuration: [{ status: 'Enabled' }] },
    },
  },
  'a list of references': {
    aws_vpc: { a: { cidr_block: '10.0.0.0/16' } },
    aws_subnet: { a: { vpc_id: '${aws_vpc.a.id}', cidr_block: '10.0.0.0/24' } },
    aws_lb: { a: { subnets: ['${aws_subnet.a.id}', '${upper("x")}'], idle_timeout: '60' } },
  },
  'a loop': {
    aws_sqs_queue: { a: { count: 2, name: 'q-${count.index}' } },
    aws_sns_topic: { a: { name: '${join("-", [for queue in aws_sqs_queue.a : queue.name])}' } },
  },
  'a condition of a firewall': {
    aws_wafv2_web_acl: firewall({ geo_match_statement: { country_codes: ['FR'] } }),
  },
};

/** What needs more than a schema; rules of the house and tests of the stacks look after these where it matters. */
const onlyTerraformKnows: Readonly<Record<string, TerraformJson['resource']>> = {
  'a word that is not among the allowed ones': {
    aws_s3_bucket_versioning: { a: { bucket: 'b', versioning_configuration: { status: 'On' } } },
  },
  'a network that is none': { aws_vpc: { a: { cidr_block: '10.0.0.0/33' } } },
  'two attributes that exclude each other': {
    aws_autoscaling_group: {
      a: { ...group, name: 'a', name_prefix: 'b', launch_configuration: 'c' },
    },
  },
  'none of several of which one is needed': { aws_autoscaling_group: { a: group } },
  'a number out of its range': {
    aws_sqs_queue: { a: { name: 'q', visibility_timeout_seconds: 50_000 } },
  },
  'an operator of an alarm': {
    aws_cloudwatch_metric_alarm: { a: { ...alarm, comparison_operator: 'Greater' } },
  },
  'a condition of a firewall, of which the package says nothing': {
    aws_wafv2_web_acl: firewall({ geo_match_statement: { countries: ['FR'] } }),
  },
};

/** Null when Terraform and AWS's provider are here. */
function whatIsMissing(): string | null {
  if (terraform('version').status !== 0) return 'terraform 1.10 or newer is not on the PATH';
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(stackOf(undefined)));
  const { status, stderr } = terraform('init', '-backend=false', '-input=false', '-no-color');
  return status === 0 ? null : `the provider for AWS cannot be had: ${stderr.trim().slice(0, 200)}`;
}

const missing = whatIsMissing();
if (missing !== null) console.warn(`Skipped: ${missing}.`);
const describeWithTerraform = missing === null ? describe : describe.skip;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeWithTerraform(`the schema check and terraform validate (seed ${seed})`, () => {
  test(
    'both refuse every structural mutant',
    () => {
      const random = seededRandom(seed);
      const sites = awsStacks.flatMap(({ name, json }) =>
        mutationSites(json, () => providerSchema('aws')).map((site) => ({ name, json, site })),
      );
      const mutants = mutantKinds.flatMap((kind) =>
        sampled(
          sites.filter(({ site }) => site.kind === kind),
          ofEachKind,
          random,
        ),
      );
      expect(mutants.length).toBeGreaterThanOrEqual(20);
      const verdicts = mutants.map(({ name, json, site }) => {
        const mutant = mutantAt(json, site);
        const what = `${name}: ${mutant.kind}: ${mutant.place}`;
        const [first] = terraformFaults(mutant.json);
        return {
          what,
          terraform: first ?? null,
          check: faultsOf(mutant.json)[0]?.sentence ?? null,
        };
      });
      expect(
        verdicts.filter((verdict) => verdict.terraform === null || verdict.check === null),
      ).toEqual([]);
    },
    suiteMsMax,
  );

  test.each(Object.entries(harmless))(
    'both accept %s',
    (_, resource) => {
      const json = stackOf(resource);
      expect({ terraform: terraformFaults(json), check: faultsOf(json) }).toEqual({
        terraform: [],
        check: [],
      });
    },
    suiteMsMax,
  );

  test.each(Object.entries(onlyTerraformKnows))(
    'only Terraform refuses %s',
    (_, resource) => {
      const json = stackOf(resource);
      expect(faultsOf(json)).toEqual([]);
      expect(terraformFaults(json)).not.toEqual([]);
    },
    suiteMsMax,
  );
});
