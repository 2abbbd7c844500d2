// The fleet's record sets as Terraform creates them: the plan of fleet/records.ts, one resource each, then left to the controllers.
import { Construct } from 'constructs';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js';
import type { AddressSet, Member } from '../../../fleet/address-set.ts';
import type { AliasSet, RecordSet, TextSet } from '../../../fleet/records.ts';

/**
 * What the controllers change afterwards, and Terraform must not change back: a plan during a drain would otherwise
 * end it (measured: a weight set to 0 through the API was planned back to 255).
 */
const ownedByControllers = {
  alias: ['weighted_routing_policy'],
  addresses: ['records', 'ttl'],
  member: ['records', 'ttl', 'weighted_routing_policy', 'failover_routing_policy'],
  text: ['records', 'ttl'],
} as const satisfies Readonly<Record<RecordSet['kind'] | 'member', readonly string[]>>;

const memberSettings = ({ setIdentifier, routing, healthCheckId }: Member) => ({
  setIdentifier,
  ...(routing.kind === 'weighted'
    ? { weightedRoutingPolicy: { weight: routing.weight } }
    : { failoverRoutingPolicy: { type: routing.role } }),
  ...(healthCheckId === null ? {} : { healthCheckId }),
});

export class FleetRecords extends Construct {
  readonly #zoneId: string;
  /** By name: an alias is created after the sets it leads to. */
  readonly #targets = new Map<string, Route53Record[]>();

  constructor(
    scope: Construct,
    id: string,
    { zoneId, records }: { readonly zoneId: string; readonly records: readonly RecordSet[] },
  ) {
    super(scope, id);
    this.#zoneId = zoneId;
    for (const record of records) this.#add(record);
  }

  #add(record: RecordSet): void {
    if (record.kind === 'alias') this.#addAlias(record);
    else
      this.#targets.set(record.name, [
        ...(this.#targets.get(record.name) ?? []),
        this.#addSet(record),
      ]);
  }

  #addSet(record: AddressSet | TextSet): Route53Record {
    const member = record.kind === 'addresses' ? record.member : undefined;
    return new Route53Record(
      this,
      [
        record.name.replaceAll('.', '-'),
        ...(member === undefined ? [] : [member.setIdentifier]),
      ].join('-'),
      {
        zoneId: this.#zoneId,
        name: record.name,
        type: record.kind === 'text' ? 'TXT' : 'A',
        ttl: record.ttlSeconds,
        records: [...(record.kind === 'text' ? record.values : record.addresses)],
        ...(member === undefined ? {} : memberSettings(member)),
        lifecycle: {
          ignoreChanges: [...ownedByControllers[member === undefined ? record.kind : 'member']],
        },
      },
    );
  }

  #addAlias(record: AliasSet): void {
    const targets = this.#targets.get(record.target) ?? [];
    new Route53Record(this, `weighted-${record.setIdentifier}`, {
      zoneId: this.#zoneId,
      name: record.name,
      type: 'A',
      setIdentifier: record.setIdentifier,
      weightedRoutingPolicy: { weight: record.weight },
      alias: {
        name: record.target,
        zoneId: this.#zoneId,
        evaluateTargetHealth: record.evaluateTargetHealth,
      },
      ...(record.healthCheckId === null ? {} : { healthCheckId: record.healthCheckId }),
      ...(targets.length === 0 ? {} : { dependsOn: targets }),
      lifecycle: { ignoreChanges: [...ownedByControllers.alias] },
    });
  }
}
