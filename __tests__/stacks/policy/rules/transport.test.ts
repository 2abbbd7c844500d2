import { describe, expect, test } from '@jest/globals';
import { tlsRule } from '../../../../stacks/policy/rules/transport.ts';
import { findings } from '../../../support/policy-facts.ts';
import type { Resources } from '../../../support/policy-facts.ts';

const tlsOnly = JSON.stringify({
  Statement: [
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: '${aws_s3_bucket.a.arn}/*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
});
const allowing = JSON.stringify({
  Statement: {
    Effect: 'Allow',
    Principal: { AWS: 'x' },
    Action: 's3:GetObject',
    Resource: '${aws_s3_bucket.a.arn}',
  },
});
const viewer = { viewer_certificate: { minimum_protocol_version: 'TLSv1.2_2021' } };
const https = { default_cache_behavior: { viewer_protocol_policy: 'redirect-to-https' } };

describe('TLS', () => {
  test.each<[string, Resources]>([
    [
      'a balancer',
      {
        aws_lb_listener: {
          a: { protocol: 'TLS', ssl_policy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' },
        },
      },
    ],
    [
      'a redirect',
      {
        aws_lb_listener: {
          a: { protocol: 'HTTP', default_action: [{ redirect: { protocol: 'HTTPS' } }] },
        },
      },
    ],
    ['a content network', { aws_cloudfront_distribution: { a: { ...viewer, ...https } } }],
    [
      'a bucket',
      {
        aws_s3_bucket: { a: {} },
        aws_s3_bucket_policy: { a: { bucket: '${aws_s3_bucket.a.id}', policy: tlsOnly } },
      },
    ],
    ["Google's policy", { google_compute_ssl_policy: { a: { min_tls_version: 'TLS_1_2' } } }],
    ["Google's proxy", { google_compute_target_https_proxy: { a: { ssl_policy: 'p' } } }],
    [
      "Google's redirect",
      {
        google_compute_target_http_proxy: { a: { url_map: '${google_compute_url_map.r.id}' } },
        google_compute_url_map: { r: { default_url_redirect: { https_redirect: true } } },
      },
    ],
    ["Azure's storage", { azurerm_storage_account: { a: { min_tls_version: 'TLS1_2' } } }],
    [
      "Azure's gateway",
      {
        azurerm_application_gateway: {
          a: {
            ssl_policy: [{ policy_name: 'AppGwSslPolicy20220101' }],
            http_listener: [{ name: 'plain', protocol: 'Http' }],
            request_routing_rule: [
              { http_listener_name: 'plain', redirect_configuration_name: 'r' },
            ],
          },
        },
      },
    ],
  ])('is new enough: %s', (_, resources) => expect(findings(tlsRule, resources)).toEqual([]));

  test.each<[string, Resources]>([
    [
      'an old policy',
      { aws_lb_listener: { a: { protocol: 'HTTPS', ssl_policy: 'ELBSecurityPolicy-2016-08' } } },
    ],
    ['no policy', { aws_lb_listener: { a: { protocol: 'TLS' } } }],
    [
      'plain HTTP',
      { aws_lb_listener: { a: { protocol: 'HTTP', default_action: [{ type: 'forward' }] } } },
    ],
    [
      'the certificate of CloudFront',
      {
        aws_cloudfront_distribution: {
          a: { viewer_certificate: { cloudfront_default_certificate: true }, ...https },
        },
      },
    ],
    [
      'pages in the clear',
      {
        aws_cloudfront_distribution: {
          a: { ...viewer, default_cache_behavior: { viewer_protocol_policy: 'allow-all' } },
        },
      },
    ],
    [
      'an origin in the clear',
      {
        aws_cloudfront_distribution: {
          a: {
            ...viewer,
            ...https,
            origin: [{ custom_origin_config: { origin_protocol_policy: 'match-viewer' } }],
          },
        },
      },
    ],
    ['a bucket without a policy', { aws_s3_bucket: { a: {} } }],
    [
      'a bucket whose policy only allows',
      { aws_s3_bucket: { a: {} }, aws_s3_bucket_policy: { a: { policy: allowing } } },
    ],
    ["Google's default", { google_compute_ssl_policy: { a: {} } }],
    ['a proxy without a policy', { google_compute_region_target_https_proxy: { a: {} } }],
    ['a proxy that serves HTTP', { google_compute_target_http_proxy: { a: {} } }],
    [
      'machines reached by HTTP',
      { google_compute_region_backend_service: { a: { protocol: 'HTTP' } } },
    ],
    ["Azure's storage with 1.0", { azurerm_storage_account: { a: { min_tls_version: 'TLS1_0' } } }],
    [
      "Azure's storage without TLS",
      {
        azurerm_storage_account: {
          a: { min_tls_version: 'TLS1_2', https_traffic_only_enabled: false },
        },
      },
    ],
    [
      "Azure's gateway without TLS",
      {
        azurerm_application_gateway: {
          a: {
            ssl_policy: [{ min_protocol_version: 'TLSv1_2' }],
            http_listener: [{ name: 'x', protocol: 'Http' }],
          },
        },
      },
    ],
  ])('is refused: %s', (_, resources) => expect(findings(tlsRule, resources)).toHaveLength(1));
});
