// Zones and changes for the tests, written short.
import {
  applyBatch,
  type BatchOutcome,
  type BatchRules,
} from '../../../local/route53/core/batch.ts';
import type {
  Change,
  RecordSet,
  RecordType,
  Routing,
} from '../../../local/route53/core/record-set.ts';
import { newZone, type Zone } from '../../../local/route53/core/zone.ts';

const zoneId = 'Z0TEST';
export const nameServers = ['ns-1.route53.test.', 'ns-2.route53.test.'];
export const emptyZone = newZone(zoneId, 'clinic.test.', nameServers);
export const rules: BatchRules = {
  healthCheckExists: (id) => id.startsWith('hc'),
  oneValuePerWeightedSet: true,
};

interface Extras {
  readonly ttl?: number;
  readonly id?: string;
  readonly routing?: Routing;
  readonly check?: string;
}

const dressed = ({ id, routing, check }: Extras) => ({
  routing: routing ?? ({ kind: 'simple' } as const),
  ...(id !== undefined && { setIdentifier: id }),
  ...(check !== undefined && { healthCheckId: check }),
});

export const values = (
  name: string,
  type: RecordType,
  list: readonly string[],
  extras: Extras = {},
): RecordSet => ({
  name,
  type,
  ...dressed(extras),
  content: { kind: 'values', ttlSeconds: extras.ttl ?? 60, values: list },
});

export const alias = (
  name: string,
  dnsName: string,
  extras: Extras & { zone?: string; type?: RecordType; evaluate?: boolean } = {},
): RecordSet => ({
  name,
  type: extras.type ?? 'A',
  ...dressed(extras),
  content: {
    kind: 'alias',
    dnsName,
    hostedZoneId: extras.zone ?? zoneId,
    evaluateTargetHealth: extras.evaluate ?? true,
  },
});

export const weighted = (weight: number): Routing => ({ kind: 'weighted', weight });
export const create = (set: RecordSet): Change => ({ action: 'CREATE', set });
export const upsert = (set: RecordSet): Change => ({ action: 'UPSERT', set });
export const remove = (set: RecordSet): Change => ({ action: 'DELETE', set });

export const apply = (zone: Zone, ...changes: readonly Change[]): BatchOutcome =>
  applyBatch(zone, changes, rules);

/** The zone after a batch that must succeed. */
export function zoneAfter(zone: Zone, ...changes: readonly Change[]): Zone {
  const outcome = apply(zone, ...changes);
  if (outcome.kind !== 'applied') throw new Error(JSON.stringify(outcome));
  return outcome.zone;
}

/** The messages of a batch that must fail. */
export function refusal(zone: Zone, ...changes: readonly Change[]): readonly string[] {
  const outcome = apply(zone, ...changes);
  if (outcome.kind !== 'invalid') throw new Error(`expected a refusal, got ${outcome.kind}`);
  return outcome.messages;
}

export const zoneOfSets = (...sets: readonly RecordSet[]): Zone =>
  zoneAfter(emptyZone, ...sets.map(create));
