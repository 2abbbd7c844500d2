// Translates record sets to Route 53's words and back: trailing dots, quotes, escapes, and the zone of an alias.
import type {
  Change as Route53Change,
  ResourceRecordSet as Route53RecordSet,
} from '@aws-sdk/client-route-53';
import type { AddressSet, Member } from '../../fleet/address-set.ts';
import type { Change, RecordSet } from '../../fleet/records.ts';

export const toRoute53Change = (
  { action, record }: Change,
  hostedZoneId: string,
): Route53Change => ({
  Action: action,
  ResourceRecordSet: toRoute53RecordSet(record, hostedZoneId),
});

function toRoute53RecordSet(record: RecordSet, hostedZoneId: string): Route53RecordSet {
  const Name = `${record.name}.`;
  if (record.kind === 'alias')
    return {
      Name,
      Type: 'A',
      SetIdentifier: record.setIdentifier,
      Weight: record.weight,
      ...(record.healthCheckId === null ? {} : { HealthCheckId: record.healthCheckId }),
      AliasTarget: {
        HostedZoneId: hostedZoneId,
        DNSName: `${record.target}.`,
        EvaluateTargetHealth: record.evaluateTargetHealth,
      },
    };
  if (record.kind === 'addresses')
    return {
      Name,
      Type: 'A',
      ...(record.member === undefined ? {} : toRoute53Member(record.member)),
      TTL: record.ttlSeconds,
      ResourceRecords: record.addresses.map((Value) => ({ Value })),
    };
  return {
    Name,
    Type: 'TXT',
    TTL: record.ttlSeconds,
    ResourceRecords: record.values.map((value) => ({ Value: `"${value}"` })),
  };
}

const toRoute53Member = ({ setIdentifier, routing, healthCheckId }: Member) => ({
  SetIdentifier: setIdentifier,
  ...(routing.kind === 'weighted' ? { Weight: routing.weight } : { Failover: routing.role }),
  ...(healthCheckId === null ? {} : { HealthCheckId: healthCheckId }),
});

/** Null for a record set of a shape that the fleet never publishes: it is somebody else's. */
export function fromRoute53RecordSet(set: Route53RecordSet): RecordSet | null {
  const name = plainName(set.Name ?? '');
  if (set.AliasTarget !== undefined) return aliasFrom(set, name);
  const values = (set.ResourceRecords ?? []).map(({ Value }) => Value ?? '');
  const ttlSeconds = set.TTL ?? 0;
  if (set.SetIdentifier !== undefined)
    return memberFrom(set, { kind: 'addresses', name, ttlSeconds, addresses: values });
  if (set.Type === 'A') return { kind: 'addresses', name, ttlSeconds, addresses: values };
  if (set.Type === 'TXT')
    return {
      kind: 'text',
      name,
      ttlSeconds,
      values: values.map((v) => v.replace(/^"(.*)"$/, '$1')),
    };
  return null;
}

function memberFrom(set: Route53RecordSet, addresses: AddressSet): AddressSet | null {
  const { Type, SetIdentifier, Weight, Failover, HealthCheckId = null } = set;
  if (Type !== 'A' || SetIdentifier === undefined) return null;
  const member = { setIdentifier: SetIdentifier, healthCheckId: HealthCheckId };
  if (Weight !== undefined)
    return { ...addresses, member: { ...member, routing: { kind: 'weighted', weight: Weight } } };
  if (Failover !== undefined)
    return { ...addresses, member: { ...member, routing: { kind: 'failover', role: Failover } } };
  return null;
}

function aliasFrom(set: Route53RecordSet, name: string): RecordSet | null {
  if (set.Type !== 'A' || set.SetIdentifier === undefined || set.Weight === undefined) return null;
  return {
    kind: 'alias',
    name,
    setIdentifier: set.SetIdentifier,
    weight: set.Weight,
    target: plainName(set.AliasTarget?.DNSName ?? ''),
    healthCheckId: set.HealthCheckId ?? null,
    evaluateTargetHealth: set.AliasTarget?.EvaluateTargetHealth ?? false,
  };
}

/** Route 53 answers with a trailing dot, and with \ooo (octal) for all but letters, digits, hyphen and underscore. */
const plainName = (name: string) =>
  name
    .replace(/\.$/, '')
    .replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .toLowerCase();
