import { describe, expect, test } from '@jest/globals';
import type { TerraformJson } from '../synthesized.ts';
import { referencesIn, templateOf } from './references.ts';
import { sentenceOf } from './fault.ts';
import { faultsOf } from './to-match-provider-schema.ts';

const vpc = { main: { cidr_block: '10.0.0.0/16' } };
const subnet = { vpc_id: '${aws_vpc.main.id}', cidr_block: '10.0.0.0/24' };

const aws = (resource: TerraformJson['resource'], more: TerraformJson = {}): TerraformJson => ({
  provider: { aws: [{ region: 'eu-west-3' }, { region: 'eu-west-1', alias: 'copy' }] },
  resource: { aws_vpc: vpc, ...resource },
  ...more,
});
const sentences = (json: TerraformJson) => faultsOf(json).map(sentenceOf);

describe('the schema check', () => {
  test('finds nothing where nothing is wrong', () =>
    expect(
      aws({ aws_subnet: { a: { ...subnet, provider: 'aws.copy', depends_on: ['aws_vpc.main'] } } }),
    ).toMatchProviderSchema());

  test.each<[string, TerraformJson, string]>([
    ['a type', aws({ aws_vpcs: { a: {} } }), 'resource.aws_vpcs: no provider has such a type'],
    [
      'an attribute',
      aws({ aws_subnet: { a: { ...subnet, cidr: '' } } }),
      'resource.aws_subnet.a: there is no attribute or block "cidr" here',
    ],
    [
      'a missing attribute',
      aws({ aws_subnet: { a: {} } }),
      'resource.aws_subnet.a: "vpc_id" is required',
    ],
    [
      'a list for a text',
      aws({ aws_subnet: { a: { ...subnet, cidr_block: ['x'] } } }),
      'resource.aws_subnet.a.cidr_block: needs a string, but is ["x"]',
    ],
    [
      'a text for a list',
      aws({ aws_lb: { a: { subnets: '${aws_vpc.main.id}' } } }),
      'resource.aws_lb.a.subnets: needs a list:string, but aws_vpc.main.id is a string',
    ],
    [
      'a word for a number',
      aws({ aws_lb: { a: { idle_timeout: 'long' } } }),
      'resource.aws_lb.a.idle_timeout: needs a number, but is "long"',
    ],
    [
      'a number for a yes or no',
      aws({ aws_vpc: { main: { ...vpc.main, enable_dns_support: 1 } } }),
      'resource.aws_vpc.main.enable_dns_support: needs a boolean, but is 1',
    ],
    [
      'a name within a nested block',
      aws({ aws_lb: { a: { access_logs: { bucket: 'b', enable: true } } } }),
      'resource.aws_lb.a.access_logs: there is no attribute or block "enable" here',
    ],
    [
      'a missing name within a nested block',
      aws({ aws_lb: { a: { subnet_mapping: [{ allocation_id: 'x' }] } } }),
      'resource.aws_lb.a.subnet_mapping[0]: "subnet_id" is required',
    ],
    [
      'a block given twice',
      aws({ aws_lb: { a: { access_logs: [{ bucket: 'b' }, { bucket: 'c' }] } } }),
      'resource.aws_lb.a.access_logs: may be given once, but is given 2 times',
    ],
    [
      'a reference to nothing',
      aws({ aws_subnet: { a: { ...subnet, vpc_id: '${aws_vpc.other.id}' } } }),
      'resource.aws_subnet.a.vpc_id: aws_vpc.other.id: there is no resource aws_vpc.other',
    ],
    [
      'a reference to an attribute that is not there',
      aws({ aws_subnet: { a: { ...subnet, vpc_id: 'x-${aws_vpc.main.ident}' } } }),
      'resource.aws_subnet.a.vpc_id: aws_vpc.main.ident: Vpc exports no attribute "ident"',
    ],
    [
      'a variable that nobody declares',
      aws({}, { output: { o: { value: '${var.release}' } } }),
      'output.o.value: var.release: there is no variable "release"',
    ],
    [
      "a shell's variable that was not escaped",
      aws({ aws_launch_template: { a: { user_data: 'echo ${HOME}' } } }),
      'resource.aws_launch_template.a.user_data: HOME: "HOME" alone refers to nothing',
    ],
    [
      'a provider that is not there',
      aws({ aws_subnet: { a: { ...subnet, provider: 'aws.other' } } }),
      'resource.aws_subnet.a.provider: there is no provider "aws.other"',
    ],
    [
      'a dependency on nothing',
      aws({ aws_subnet: { a: { ...subnet, depends_on: ['aws_vpc.gone'] } } }),
      'resource.aws_subnet.a.depends_on: aws_vpc.gone: there is no resource aws_vpc.gone',
    ],
    [
      'a change to ignore that cannot happen',
      aws({ aws_subnet: { a: { ...subnet, lifecycle: { ignore_changes: ['weight'] } } } }),
      'resource.aws_subnet.a.lifecycle.ignore_changes: there is no attribute "weight"',
    ],
    [
      'a setting of a provider',
      { provider: { aws: [{ regions: 'x' }] } },
      'provider.aws[0]: there is no attribute or block "regions" here',
    ],
    [
      'one of many where there is one',
      aws({}, { output: { o: { value: '${aws_vpc.main[0].id}' } } }),
      'output.o.value: aws_vpc.main[0].id: aws_vpc.main is one resource, not many, so it has no instances to choose from',
    ],
    ['an output without a value', aws({}, { output: { o: {} } }), 'output.o: "value" is required'],
  ])('finds %s', (_, json, sentence) => expect(sentences(json)).toEqual([sentence]));

  test('knows what data sources and lists export', () => {
    const certificate = { aws_acm_certificate: { c: { domain_name: 'a.example' } } };
    const named = (path: string) =>
      sentences(
        aws(certificate, {
          data: { aws_region: { r: {} } },
          output: { o: { value: `\${${path}}` } },
        }),
      );
    expect(named('data.aws_region.r.name')).toEqual([]);
    expect(named('data.aws_region.r.nome')).toHaveLength(1);
    expect(
      named('aws_acm_certificate.c.domain_validation_options[0].resource_record_name'),
    ).toEqual([]);
    expect(named('aws_acm_certificate.c.domain_validation_options[0].record_name')).toHaveLength(1);
    expect(
      named('aws_acm_certificate.c.domain_validation_options.resource_record_name'),
    ).toHaveLength(1);
    expect(
      named('aws_acm_certificate.c.domain_validation_options[*].resource_record_name'),
    ).toEqual([]);
    expect(named('aws_acm_certificate.c.arn.x')).toHaveLength(1);
  });

  test('reads the other two clouds as well', () => {
    expect(
      sentences({
        provider: { google: [{}] },
        resource: { google_storage_bucket: { b: { name: 'b' } } },
      }),
    ).toEqual(['resource.google_storage_bucket.b: "location" is required']);
    expect(
      sentences({
        provider: { azurerm: [{ features: [{}] }] },
        resource: { azurerm_resource_group: { g: { name: 'g', place: 'x' } } },
      }),
    ).toEqual([
      'resource.azurerm_resource_group.g: "location" is required',
      'resource.azurerm_resource_group.g: there is no attribute or block "place" here',
    ]);
  });
});

describe('a template', () => {
  const texts = (template: string) => templateOf(template).references.map(({ text }) => text);

  test.each<[string, string[]]>([
    ['plain text', []],
    ['${aws_vpc.a.id}', ['aws_vpc.a.id']],
    ['arn:${aws_vpc.a.arn}/*$${aws:username}', ['aws_vpc.a.arn']],
    ['${join(",", aws_subnet.s[*].id)}', ['aws_subnet.s[*].id']],
    ['${tolist(aws_a.b.c)[0].d.e}', ['aws_a.b.c']],
    ['${lookup({a = "}"}, var.k["${local.z}"])}', ['local.z', 'var.k["${local.z}"]']],
    ['${[for k, v in aws_x.y : "${v.id}-${aws_z.q.n}"]}', ['aws_x.y', 'aws_z.q.n']],
    ['${1 + 1e3}${each.value.name}', []],
    ['%{if var.a}x%{endif}', ['var.a']],
  ])('%s refers to %j', (template, references) => expect(texts(template)).toEqual(references));

  test('is of the type of its reference only where there is nothing beside it', () => {
    expect(templateOf('${aws_vpc.a.id}').whole?.text).toBe('aws_vpc.a.id');
    expect(templateOf('${aws_vpc.a.id}/24').whole).toBeUndefined();
    expect(templateOf('${upper(aws_vpc.a.id)}').whole).toBeUndefined();
  });

  test('may be an expression without its braces', () =>
    expect(referencesIn('aws_vpc.main').map(({ head }) => head)).toEqual(['aws_vpc']));
});
