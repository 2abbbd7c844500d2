// That nothing travels in the clear, and nothing with a TLS that is too old.
import { all, forTypes, rule, unless } from '../rule.ts';
import type { Judge } from '../rule.ts';
import { allowsInTheClear } from '../aws-policies.ts';
import { blocksAt, isAll, isSet, referring, valuesAt } from '../stack-facts.ts';
import type { Body, Resource, StackFacts } from '../stack-facts.ts';

const isNever = (body: Body, path: string, unwanted: string) =>
  !valuesAt(body, path).some((value) => value === unwanted);

const oldTls = 'accepts TLS older than 1.2';
const inTheClear = 'answers in the clear';

/** AWS's own names for sets of protocols and ciphers. */
const modernPolicy = /^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)/;

const awsListener: Judge = ({ body }) => {
  const [protocol] = valuesAt(body, 'protocol');
  if (protocol === 'HTTPS' || protocol === 'TLS')
    return modernPolicy.test(String(body['ssl_policy'])) ? [] : [oldTls];
  if (protocol === 'HTTP')
    return isAll(body, 'default_action.redirect.protocol', 'HTTPS') ? [] : [inTheClear];
  return [];
};

const cloudFront = all(
  unless(
    oldTls,
    ({ body }) =>
      valuesAt(body, 'viewer_certificate').length > 0 &&
      /^TLSv1\.[23]/.test(String(valuesAt(body, 'viewer_certificate.minimum_protocol_version')[0])),
  ),
  unless(inTheClear, ({ body }) =>
    ['default_cache_behavior', 'ordered_cache_behavior'].every((behavior) =>
      isNever(body, `${behavior}.viewer_protocol_policy`, 'allow-all'),
    ),
  ),
  unless('reaches an origin in the clear', ({ body }) =>
    valuesAt(body, 'origin.custom_origin_config.origin_protocol_policy').every(
      (policy) => policy === 'https-only',
    ),
  ),
);

const sendsOnToTls = (proxy: Resource, facts: StackFacts) =>
  facts.resources.some(
    ({ type, name, body }) =>
      ['google_compute_url_map', 'google_compute_region_url_map'].includes(type) &&
      JSON.stringify(proxy.body).includes(`${type}.${name}.`) &&
      isAll(body, 'default_url_redirect.https_redirect', true),
  );

const applicationGateway = all(
  unless(
    oldTls,
    ({ body }) =>
      /^AppGwSslPolicy20(2[2-9]|170401S)/.test(
        String(valuesAt(body, 'ssl_policy.policy_name')[0]),
      ) ||
      valuesAt(body, 'ssl_policy.min_protocol_version').some((v) => /^TLSv1_[23]$/.test(String(v))),
  ),
  ({ body }) => {
    const redirected = new Set(
      blocksAt(body, 'request_routing_rule')
        .filter((routing) => isSet(routing, 'redirect_configuration_name'))
        .flatMap((routing) => valuesAt(routing, 'http_listener_name')),
    );
    return blocksAt(body, 'http_listener')
      .filter(({ protocol, name }) => protocol === 'Http' && !redirected.has(name))
      .map(() => inTheClear);
  },
);

export const tlsRule = rule({
  id: 'tls',
  what: 'Everything answers with TLS 1.2 or newer, or only sends callers there',
  why: 'Radiographs and sessions would otherwise be readable on the way; TLS 1.0 and 1.1 are broken (RFC 8996)',
  remedy: 'Set the newest policy that the service offers',
  judges: {
    ...forTypes(['aws_lb_listener', 'aws_alb_listener'], awsListener),
    aws_cloudfront_distribution: cloudFront,
    aws_apigatewayv2_domain_name: unless(oldTls, ({ body }) =>
      isAll(body, 'domain_name_configuration.security_policy', 'TLS_1_2'),
    ),
    aws_s3_bucket: unless('has no policy that refuses requests without TLS', (bucket, facts) =>
      referring(facts, bucket, ['aws_s3_bucket_policy']).some(
        (policy) => !allowsInTheClear(policy, facts),
      ),
    ),
    google_compute_ssl_policy: unless(oldTls, ({ body }) =>
      isAll(body, 'min_tls_version', 'TLS_1_2'),
    ),
    google_compute_region_ssl_policy: unless(oldTls, ({ body }) =>
      isAll(body, 'min_tls_version', 'TLS_1_2'),
    ),
    ...forTypes(
      [
        'google_compute_target_https_proxy',
        'google_compute_region_target_https_proxy',
        'google_compute_target_ssl_proxy',
      ],
      unless(oldTls, ({ body }) => isSet(body, 'ssl_policy')),
    ),
    ...forTypes(
      ['google_compute_target_http_proxy', 'google_compute_region_target_http_proxy'],
      unless(inTheClear, sendsOnToTls),
    ),
    ...forTypes(
      ['google_compute_backend_service', 'google_compute_region_backend_service'],
      unless('reaches its machines in the clear', ({ body }) => isNever(body, 'protocol', 'HTTP')),
    ),
    azurerm_application_gateway: applicationGateway,
    azurerm_storage_account: all(
      unless(oldTls, ({ body }) => /^TLS1_[23]$/.test(String(body['min_tls_version']))),
      unless(inTheClear, ({ body }) =>
        valuesAt(body, 'https_traffic_only_enabled').every((only) => only === true),
      ),
    ),
    ...forTypes(
      ['azurerm_mssql_server', 'azurerm_redis_cache'],
      unless(oldTls, ({ body }) => isAll(body, 'minimum_tls_version', '1.2')),
    ),
  },
});
