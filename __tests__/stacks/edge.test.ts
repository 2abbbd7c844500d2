// Where clinicians open the pages: what may be kept on the way, what is turned away, and that a radiograph is not.
import { expect, test } from '@jest/globals';
import { EdgeStack, pagesName } from '../../stacks/edge.ts';
import { production } from '../support/fleets.ts';
import '../support/provider-schema/to-match-provider-schema.ts';
import { resourcesOf, synthesizedStack } from '../support/synthesized.ts';

const json = synthesizedStack((app) => new EdgeStack(app, production));

const only = (type: string): unknown => {
  const [resource, ...others] = resourcesOf(json, type);
  expect(others).toEqual([]);
  return resource;
};

interface Behaviour {
  readonly path_pattern?: string;
  readonly cache_policy_id: string;
  readonly allowed_methods: readonly string[];
  readonly viewer_protocol_policy: string;
  readonly response_headers_policy_id: string;
}

interface ManagedGroup {
  readonly name: string;
  readonly rule_action_override?: readonly { readonly name: string }[];
}

interface FirewallRule {
  readonly priority: number;
  readonly statement: { readonly managed_rule_group_statement?: ManagedGroup };
}

interface Distribution {
  readonly origin: readonly unknown[];
  readonly default_cache_behavior: Behaviour;
  readonly ordered_cache_behavior: readonly Behaviour[];
  readonly viewer_certificate: { readonly minimum_protocol_version: string };
  readonly web_acl_id: string;
}

const distribution = only('aws_cloudfront_distribution') as Distribution;
const { rule: rules } = only('aws_wafv2_web_acl') as { readonly rule: readonly FirewallRule[] };

test('Terraform would read it', () => expect(json).toMatchProviderSchema());

test('the pages follow the failover: their origin is the name that the controllers steer', () =>
  expect(distribution.origin).toEqual([
    expect.objectContaining({
      domain_name: `api.${production.zone}`,
      custom_origin_config: expect.objectContaining({
        origin_protocol_policy: 'https-only',
        origin_ssl_protocols: ['TLSv1.2'],
      }),
    }),
  ]));

test('nothing but the pages’ own files may be kept in a cache', () => {
  const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
  expect(distribution.default_cache_behavior.cache_policy_id).toBe(cachingDisabled);
  expect(distribution.default_cache_behavior.allowed_methods).toContain('POST');
  expect(distribution.ordered_cache_behavior).toEqual([
    expect.objectContaining({ path_pattern: '/assets/*', allowed_methods: ['GET', 'HEAD'] }),
  ]);
});

test('no visitor is served without TLS 1.2, or without the headers that confine the pages', () => {
  expect(distribution.viewer_certificate.minimum_protocol_version).toBe('TLSv1.2_2021');
  const behaviours = [distribution.default_cache_behavior, ...distribution.ordered_cache_behavior];
  for (const behaviour of behaviours) {
    expect(behaviour.viewer_protocol_policy).toBe('redirect-to-https');
    expect(behaviour.response_headers_policy_id).toBe('67f7725c-6f97-4210-82d7-5512b31e9d03');
  }
});

test('an upload of 48 MB passes the firewall, and Log4j’s attack does not', () => {
  const groups = rules.flatMap(({ statement }) => statement.managed_rule_group_statement ?? []);
  expect(groups.map(({ name }) => name)).toEqual([
    'AWSManagedRulesAmazonIpReputationList',
    'AWSManagedRulesKnownBadInputsRuleSet',
    'AWSManagedRulesCommonRuleSet',
  ]);
  expect(
    groups.map(({ rule_action_override: counted }) => counted?.map(({ name }) => name)),
  ).toEqual([undefined, undefined, ['SizeRestrictions_BODY', 'CrossSiteScripting_BODY']]);
});

test('whoever asks too often is turned away, and no two rules share a place', () => {
  expect(rules[0]).toMatchObject({
    action: { block: {} },
    statement: { rate_based_statement: { aggregate_key_type: 'IP', limit: 2_000 } },
  });
  expect(new Set(rules.map(({ priority }) => priority)).size).toBe(rules.length);
});

test('the firewall stands in front of the distribution', () =>
  expect(distribution.web_acl_id).toMatch(/^\$\{aws_wafv2_web_acl\.\w+\.arn\}$/));

test('logs are encrypted with our own key and hold nothing that somebody typed', () => {
  const groups = resourcesOf(json, 'aws_cloudwatch_log_group');
  expect(groups).toHaveLength(2);
  for (const group of groups)
    expect(group).toMatchObject({
      kms_key_id: expect.stringContaining('aws_kms_key'),
      retention_in_days: 400,
    });
  const { record_fields: fields } = only('aws_cloudwatch_log_delivery') as {
    readonly record_fields: readonly string[];
  };
  expect(fields).toContain('sc-status');
  expect(fields.filter((field) => /query|referer|agent|cookie/i.test(field))).toEqual([]);
  expect(only('aws_wafv2_web_acl_logging_configuration')).toHaveProperty('redacted_fields', [
    { single_header: { name: 'authorization' } },
    { single_header: { name: 'cookie' } },
  ]);
});

test('the name leads to the distribution over both versions of IP', () => {
  const records = resourcesOf(json, 'aws_route53_record').filter((record) => 'alias' in record);
  expect(records.map(({ name, type }) => [name, type])).toEqual([
    [pagesName(production), 'A'],
    [pagesName(production), 'AAAA'],
  ]);
  expect(json.output?.['pages_domain']?.['value']).toBe('pages.evenkeel.example');
});
