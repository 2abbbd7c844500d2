import { describe, expect, test } from '@jest/globals';
import { publicIngressRule, remoteLoginRule } from '../../../../stacks/policy/rules/ingress.ts';
import { findings } from '../../../support/policy-facts.ts';
import type { Resources } from '../../../support/policy-facts.ts';

const awsRule = (opening: object): Resources => ({
  aws_vpc_security_group_ingress_rule: { rule: { ip_protocol: 'tcp', ...opening } },
});
const googleRule = (opening: object): Resources => ({
  google_compute_firewall: { rule: { ...opening } },
});
const azureRule = (opening: object): Resources => ({
  azurerm_network_security_rule: {
    rule: { direction: 'Inbound', access: 'Allow', protocol: 'Tcp', ...opening },
  },
});

describe('the public', () => {
  test.each<[string, Resources]>([
    ['443 in AWS', awsRule({ cidr_ipv4: '0.0.0.0/0', from_port: 443, to_port: 443 })],
    ['80 in AWS', awsRule({ cidr_ipv6: '::/0', from_port: 80, to_port: 80 })],
    [
      '443 in Google Cloud',
      googleRule({ source_ranges: ['0.0.0.0/0'], allow: [{ protocol: 'tcp', ports: ['443'] }] }),
    ],
    [
      '443 in Azure',
      azureRule({ source_address_prefix: 'Internet', destination_port_range: '443' }),
    ],
  ])('may reach %s', (_, resources) => expect(findings(publicIngressRule, resources)).toEqual([]));

  test.each<[string, Resources, string]>([
    [
      '8443 in AWS',
      awsRule({ cidr_ipv4: '0.0.0.0/0', from_port: 8443, to_port: 8443 }),
      'tcp 8443',
    ],
    [
      'a range that has 443 in it',
      awsRule({ cidr_ipv4: '0.0.0.0/0', from_port: 0, to_port: 443 }),
      'tcp 0-443',
    ],
    ['every protocol', awsRule({ cidr_ipv4: '0.0.0.0/0', ip_protocol: '-1' }), 'any 0-65535'],
    [
      'half of the internet, twice',
      awsRule({ cidr_ipv4: '128.0.0.0/1', from_port: 5432, to_port: 5432 }),
      'tcp 5432',
    ],
    [
      'UDP 443',
      awsRule({ ip_protocol: 'udp', cidr_ipv4: '0.0.0.0/0', from_port: 443, to_port: 443 }),
      'udp 443',
    ],
    [
      'Redis within a group',
      {
        aws_security_group: {
          rule: {
            ingress: [
              { protocol: 'tcp', from_port: 6379, to_port: 6379, cidr_blocks: ['0.0.0.0/0'] },
            ],
          },
        },
      },
      'tcp 6379',
    ],
    [
      'Google Cloud where no source is named',
      googleRule({ allow: [{ protocol: 'tcp', ports: ['8080'] }] }),
      'tcp 8080',
    ],
    [
      'Google Cloud without ports',
      googleRule({ source_ranges: ['0.0.0.0/0'], allow: [{ protocol: 'tcp' }] }),
      'tcp 0-65535',
    ],
    [
      'Azure from *',
      azureRule({ source_address_prefix: '*', destination_port_range: '8443' }),
      'Tcp 8443',
    ],
    [
      'a rule within an Azure group',
      {
        azurerm_network_security_group: {
          rule: {
            security_rule: [
              {
                direction: 'Inbound',
                access: 'Allow',
                protocol: '*',
                source_address_prefixes: ['0.0.0.0/0'],
                destination_port_range: '443',
              },
            ],
          },
        },
      },
      '* 443',
    ],
  ])('may not reach %s', (_, resources, opening) =>
    expect(findings(publicIngressRule, resources)).toEqual([`rule: lets anyone in on ${opening}`]),
  );

  test.each<[string, Resources]>([
    ['a private network', awsRule({ cidr_ipv4: '10.0.0.0/8', from_port: 5432, to_port: 5432 })],
    [
      'a group',
      awsRule({
        referenced_security_group_id: '${aws_security_group.a.id}',
        from_port: 8443,
        to_port: 8443,
      }),
    ],
    [
      "Google's probers",
      googleRule({
        source_ranges: ['35.191.0.0/16'],
        allow: [{ protocol: 'tcp', ports: ['8443'] }],
      }),
    ],
    ['an identity', googleRule({ source_service_accounts: ['a@b'], allow: [{ protocol: 'tcp' }] })],
    ['traffic that leaves', googleRule({ direction: 'EGRESS', allow: [{ protocol: 'all' }] })],
    [
      'a refusal',
      azureRule({ access: 'Deny', source_address_prefix: '*', destination_port_range: '*' }),
    ],
  ])('is not %s', (_, resources) => expect(findings(publicIngressRule, resources)).toEqual([]));
});

describe('a login', () => {
  test.each<[string, Resources]>([
    [
      'port 22 for a private network',
      awsRule({ cidr_ipv4: '10.0.0.0/8', from_port: 22, to_port: 22 }),
    ],
    ['a range around 3389', awsRule({ cidr_ipv4: '10.0.0.0/8', from_port: 3000, to_port: 4000 })],
    [
      'port 22 through IAP',
      googleRule({
        source_ranges: ['35.235.240.0/20'],
        allow: [{ protocol: 'tcp', ports: ['22'] }],
      }),
    ],
    [
      'every port of Azure',
      azureRule({ source_address_prefix: '10.0.0.0/8', destination_port_range: '*' }),
    ],
    ['an SSH key in a template', { aws_launch_template: { rule: { key_name: 'mine' } } }],
    ["a project's keys", { google_compute_instance_template: { rule: { metadata: {} } } }],
    [
      'a serial port',
      {
        google_compute_instance: {
          rule: { metadata: { 'enable-oslogin': 'TRUE', 'serial-port-enable': 'true' } },
        },
      },
    ],
    ['a password', { azurerm_linux_virtual_machine_scale_set: { rule: {} } }],
  ])('is refused: %s', (_, resources) =>
    expect(findings(remoteLoginRule, resources)).toHaveLength(1),
  );

  test.each<[string, Resources]>([
    ['443', awsRule({ cidr_ipv4: '0.0.0.0/0', from_port: 443, to_port: 443 })],
    ['UDP on all ports', googleRule({ source_tags: ['a'], allow: [{ protocol: 'udp' }] })],
    ['OS Login', { google_compute_instance: { rule: { metadata: { 'enable-oslogin': 'TRUE' } } } }],
    [
      'keys only',
      { azurerm_linux_virtual_machine: { rule: { disable_password_authentication: true } } },
    ],
    ['a template without a key', { aws_launch_template: { rule: {} } }],
  ])('is not %s', (_, resources) => expect(findings(remoteLoginRule, resources)).toEqual([]));
});
