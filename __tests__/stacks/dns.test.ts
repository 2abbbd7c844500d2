// The fleet's names as Terraform creates them: the controllers' own plan, and then theirs to change.
import { expect, test } from '@jest/globals';
import { peacetimeIntent, planRecords } from '../../fleet/records.ts';
import type { RecordSet } from '../../fleet/records.ts';
import { DnsStack } from '../../stacks/dns.ts';
import { flagBucketOf } from '../../stacks/flag-bucket.ts';
import { deploymentOf, production } from '../support/fleets.ts';
import { resourcesOf, synthesizedStack } from '../support/synthesized.ts';

type Record53 = {
  readonly name: string;
  readonly type: string;
  readonly ttl?: number;
  readonly records?: readonly string[];
  readonly set_identifier?: string;
  readonly weighted_routing_policy?: { readonly weight: number };
  readonly alias?: { readonly name: string; readonly evaluate_target_health: boolean };
  readonly lifecycle?: { readonly ignore_changes: readonly string[] };
};
type Check = {
  readonly type: string;
  readonly ip_address?: string;
  readonly invert_healthcheck?: boolean;
  readonly child_healthchecks?: readonly string[];
  readonly child_health_threshold?: number;
} & Readonly<Record<string, unknown>>;

const json = synthesizedStack((app) => new DnsStack(app, production));
const records = resourcesOf(
  json,
  'aws_route53_record',
) as readonly unknown[] as readonly Record53[];
const checks = resourcesOf(
  json,
  'aws_route53_health_check',
) as readonly unknown[] as readonly Check[];

const shape = (record: RecordSet) =>
  record.kind === 'alias'
    ? { name: record.name, set: record.setIdentifier, weight: record.weight, to: record.target }
    : {
        name: record.name,
        ttl: record.ttlSeconds,
        count: (record.kind === 'text' ? record.values : record.addresses).length,
      };

test('the records are those that the controllers plan for peacetime, each once', () => {
  const planned = planRecords(production, deploymentOf(production), peacetimeIntent(production), {
    number: 0,
    by: 'terraform',
  });
  const created = records
    .filter(({ type }) => type !== 'CNAME')
    .map((record) =>
      record.alias === undefined
        ? { name: record.name, ttl: record.ttl, count: record.records?.length }
        : {
            name: record.name,
            set: record.set_identifier,
            weight: record.weighted_routing_policy?.weight,
            to: record.alias.name,
          },
    );
  expect(created).toHaveLength(planned.length);
  expect(created).toEqual(expect.arrayContaining(planned.map(shape)));
});

test('what a controller changes, Terraform does not change back', () => {
  for (const { alias, type, lifecycle } of records.filter((r) => r.type !== 'CNAME')) {
    const owned = alias === undefined ? ['records', 'ttl'] : ['weighted_routing_policy'];
    expect({ type, owned: lifecycle?.ignore_changes }).toEqual({ type, owned });
  }
});

test('Google’s certificate is validated here, and nothing else points out of the fleet', () => {
  const others = records.filter(({ type }) => type === 'CNAME');
  expect(others).toEqual([
    expect.objectContaining({
      name: '${var.gcp_belgium_certificate_validation_name}',
      records: ['${var.gcp_belgium_certificate_validation_value}'],
    }),
  ]);
});

test('Route 53 itself asks every address every ten seconds, from several places, as users do', () => {
  const asked = checks.filter(
    ({ type, invert_healthcheck: inverted }) => type === 'HTTPS' && inverted !== true,
  );
  expect(asked).toHaveLength(production.regions.reduce((sum, r) => sum + r.addressCount, 0));
  for (const check of asked)
    expect(check).toMatchObject({
      port: 443,
      fqdn: 'api.evenkeel.example',
      enable_sni: true,
      resource_path: '/readyz',
      request_interval: 10,
      failure_threshold: 3,
      measure_latency: true,
      regions: expect.arrayContaining(['eu-west-1', 'us-east-1']),
    });
});

test.each(production.regions.map((r) => [r.id, r.addressCount] as const))(
  '%s is healthy while some address answers and no flag is raised, by counting alone',
  (id, count) => {
    const check = checks.find(
      (c) =>
        c.type === 'CALCULATED' &&
        c.child_healthchecks?.some((child) => child.includes(`health-${id}_`)),
    );
    const threshold = check?.child_health_threshold ?? 0;
    const healthy = (answering: number, isRaised: boolean) =>
      answering + (isRaised ? 0 : count) >= threshold;
    expect(check?.child_healthchecks).toHaveLength(2 * count);
    expect(healthy(count, false)).toBe(true);
    expect(healthy(1, false)).toBe(true);
    expect(healthy(0, false)).toBe(false);
    expect(healthy(count, true)).toBe(false);
  },
);

test('a flag is an object of the flag bucket, and finding it is what is bad', () => {
  const { host, pathOf } = flagBucketOf(production);
  const flags = checks.filter(({ invert_healthcheck: inverted }) => inverted === true);
  expect(new Set(flags.map((flag) => [flag['fqdn'], flag['resource_path']].join('')))).toEqual(
    new Set(production.regions.map(({ id }) => `${host}${pathOf(id)}`)),
  );
});

test('flags are raised where no region stands', () => {
  const locations: readonly string[] = production.regions.map(({ location }) => location);
  expect(locations).not.toContain(flagBucketOf(production).location);
});

test('a controller may change the fleet’s records and nothing else', () => {
  const [policy] = resourcesOf(json, 'aws_iam_policy');
  const { Statement } = JSON.parse(String(policy?.['policy'])) as {
    readonly Statement: readonly {
      readonly Action: string;
      readonly Resource: string;
      readonly Condition?: {
        readonly 'ForAllValues:StringEquals': Readonly<Record<string, readonly string[]>>;
      };
    }[];
  };
  const [change, ...reads] = Statement;
  expect(change?.Action).toBe('route53:ChangeResourceRecordSets');
  expect(change?.Resource).toBe('arn:aws:route53:::hostedzone/${var.zone_hosted_zone_id}');
  const condition = change?.Condition?.['ForAllValues:StringEquals'] ?? {};
  expect(new Set(condition['route53:ChangeResourceRecordSetsNormalizedRecordNames'])).toEqual(
    new Set(records.filter(({ type }) => type !== 'CNAME').map(({ name }) => name)),
  );
  expect(condition['route53:ChangeResourceRecordSetsRecordTypes']).toEqual(['A', 'TXT']);
  expect(reads.map(({ Action }) => Action)).toEqual([
    'route53:ListResourceRecordSets',
    'route53:GetChange',
  ]);
});

test('it applies while every region is dead: nothing of theirs is read or made', () => {
  expect(Object.keys(json.provider ?? {})).toEqual(['aws']);
  expect(Object.keys(json.data ?? {})).toEqual(['aws_caller_identity']);
  const types = Object.keys(json.resource ?? {}).sort();
  expect(types).toEqual(['aws_iam_policy', 'aws_route53_health_check', 'aws_route53_record']);
});
