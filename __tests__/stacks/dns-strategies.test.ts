// A fleet with a group of record sets at each region's name, as Terraform creates it and then leaves it to the controllers.
import { expect, test } from '@jest/globals';
import type { Strategy } from '../../fleet/fleet.ts';
import { DnsStack } from '../../stacks/dns.ts';
import { production } from '../support/fleets.ts';
import { resourcesOf, synthesizedStack } from '../support/synthesized.ts';

interface Member {
  readonly name: string;
  readonly set_identifier?: string;
  readonly alias?: object;
  readonly depends_on?: readonly string[];
  readonly lifecycle: { readonly ignore_changes: readonly string[] };
  readonly health_check_id?: string;
  readonly weighted_routing_policy?: { readonly weight: number };
  readonly failover_routing_policy?: { readonly type: string };
}

const recordsOf = (strategy: Strategy) =>
  resourcesOf(
    synthesizedStack((app) => new DnsStack(app, { ...production, strategy })),
    'aws_route53_record',
  ) as readonly unknown[] as readonly Member[];
const ofParis = (records: readonly Member[]) =>
  records.filter(
    ({ name, alias }) => alias === undefined && name === 'aws-paris.api.evenkeel.example',
  );

test('a hedge is one weighted set for each address, checked by its region’s health check', () => {
  const records = recordsOf({ kind: 'hedge', own: 1, standby: 1 });
  expect(
    ofParis(records).map((r) => [r.set_identifier, r.weighted_routing_policy?.weight]),
  ).toEqual([
    ['aws-paris-1', 2],
    ['aws-paris-2', 2],
    ['aws-paris-3', 2],
    ['gcp-belgium-1', 3],
    ['gcp-belgium-2', 3],
  ]);
  for (const member of ofParis(records)) {
    expect(member.health_check_id).toMatch(/aws_route53_health_check/);
    expect(member.lifecycle.ignore_changes).toContain('weighted_routing_policy');
  }
});

test('the alias of a region waits for every set of its group', () => {
  const records = recordsOf({ kind: 'hedge', own: 1, standby: 1 });
  const alias = records.find((r) => r.alias !== undefined && r.set_identifier === 'aws-paris');
  expect(alias?.depends_on).toHaveLength(5);
});

test('a failover pair is a primary and a secondary', () => {
  const pair = ofParis(recordsOf({ kind: 'failover' }));
  expect(pair.map((r) => [r.set_identifier, r.failover_routing_policy?.type])).toEqual([
    ['primary', 'PRIMARY'],
    ['secondary', 'SECONDARY'],
  ]);
});
