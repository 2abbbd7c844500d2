import { expect, test } from '@jest/globals';
import {
  auditTrailRule,
  closedByDefaultRule,
  logRetentionRule,
  trafficRecordRule,
} from '../../../../stacks/policy/rules/records.ts';
import { findings } from '../../../support/policy-facts.ts';

test.each([
  ['aws_cloudwatch_log_group', 'retention_in_days'],
  ['google_logging_project_bucket_config', 'retention_days'],
  ['azurerm_log_analytics_workspace', 'retention_in_days'],
])('a log has an end: %s', (type, name) => {
  expect(findings(logRetentionRule, { [type]: { a: { [name]: 30 } } })).toEqual([]);
  expect(findings(logRetentionRule, { [type]: { a: {} } })).toHaveLength(1);
  expect(findings(logRetentionRule, { [type]: { a: { [name]: 0 } } })).toHaveLength(1);
});

test('every network keeps a record of its traffic', () => {
  const networks = {
    aws_vpc: { a: {} },
    google_compute_subnetwork: { b: {} },
    azurerm_virtual_network: { c: {} },
  };
  expect(findings(trafficRecordRule, networks)).toHaveLength(3);
  expect(
    findings(trafficRecordRule, {
      ...networks,
      google_compute_subnetwork: {
        b: { log_config: {} },
        proxies: { purpose: 'REGIONAL_MANAGED_PROXY' },
      },
      aws_flow_log: { a: { vpc_id: '${aws_vpc.a.id}' } },
      azurerm_network_watcher_flow_log: {
        c: { target_resource_id: '${azurerm_virtual_network.c.id}' },
      },
    }),
  ).toEqual([]);
});

test('a network lets nothing through by itself', () => {
  const closed = { vpc_id: '${aws_vpc.a.id}' };
  expect(
    findings(closedByDefaultRule, {
      aws_vpc: { a: {} },
      aws_default_security_group: { a: closed },
      google_compute_network: { b: { auto_create_subnetworks: false } },
      azurerm_subnet: { c: { default_outbound_access_enabled: false } },
    }),
  ).toEqual([]);
  expect(
    findings(closedByDefaultRule, {
      aws_vpc: { a: {} },
      aws_default_security_group: { a: { ...closed, egress: [{ protocol: '-1' }] } },
      google_compute_network: { b: {} },
      azurerm_subnet: { c: {} },
    }),
  ).toHaveLength(3);
});

const everywhere = {
  is_multi_region_trail: true,
  include_global_service_events: true,
  enable_log_file_validation: true,
};
const ofItsRegion = {
  ...everywhere,
  is_multi_region_trail: false,
  include_global_service_events: false,
};

test('one audit trail covers every region, and others may add their own', () => {
  const trails = (named: Readonly<Record<string, Readonly<Record<string, unknown>>>>) =>
    findings(auditTrailRule, { aws_cloudtrail: named });
  const gap = 'a: leaves out regions that no other trail covers';
  expect(trails({ a: everywhere, b: ofItsRegion })).toEqual([]);
  expect(trails({ a: ofItsRegion })).toEqual([gap]);
  expect(trails({ a: { ...everywhere, include_global_service_events: false } })).toEqual([gap]);
});

test('an audit trail shows if it was changed', () =>
  expect(
    findings(auditTrailRule, {
      aws_cloudtrail: { a: { ...everywhere, enable_log_file_validation: false } },
    }),
  ).toEqual(['a: can be changed without a trace']));
