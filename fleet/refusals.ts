// What may never be published, whoever planned it: judged on the plan itself, each refusal with the numbers behind it.
import { weightMax } from './check-fleet.ts';
import type { ErrorParts } from './errors.ts';
import type { Deployment, Fleet } from './fleet.ts';
import type { AddressSet } from './address-set.ts';
import { addressesAt, apiName, diffRecords, isTerm, regionName, termName } from './records.ts';
import type { AliasSet, Intent, RecordSet } from './records.ts';
import { nextWeight } from './restore-steps.ts';

type RefusalCode =
  | 'all-weights-zero'
  | 'weight-out-of-range'
  | 'step-too-large'
  | 'empty-set'
  | 'duplicate-value'
  | 'only-unusable-addresses'
  | 'mixed-ttl'
  | 'unchecked-primary'
  | 'region-missing'
  | 'foreign-record';

export interface Refusal extends ErrorParts {
  readonly code: RefusalCode;
}

export interface Proposal {
  readonly fleet: Fleet;
  readonly deployment: Deployment;
  readonly intent: Intent;
  readonly current: readonly RecordSet[];
  readonly desired: readonly RecordSet[];
}

/** Every reason not to write a proposal; an empty list means that it may be written. */
export function refusals(proposal: Proposal): readonly Refusal[] {
  const aliases = proposal.desired.filter((r) => r.kind === 'alias');
  const sets = proposal.desired.filter((r) => r.kind === 'addresses');
  return [
    ...weightRefusals(aliases),
    ...memberRefusals(sets),
    ...stepRefusals(proposal, aliases),
    ...sets.flatMap(setRefusals),
    ...primaryRefusals(sets),
    ...[...new Set(sets.map(({ name }) => name))].flatMap((name) => deadRefusals(name, proposal)),
    ...ttlRefusals(proposal, sets),
    ...missingRefusals(proposal, aliases, sets),
    ...foreignRefusals(proposal),
  ];
}

interface Weighted {
  readonly setIdentifier: string;
  readonly weight: number;
}

const rangeRefusals = (weighted: readonly Weighted[]): Refusal[] =>
  weighted
    .filter(({ weight }) => !Number.isInteger(weight) || weight < 0 || weight > weightMax)
    .map(({ setIdentifier, weight }) => ({
      code: 'weight-out-of-range',
      found: `${setIdentifier} would get weight ${weight}`,
      why: `Route 53 takes whole weights from 0 to ${weightMax}`,
      remedy: 'Correct the weight in the fleet or in the step that computed it',
    }));

const memberRefusals = (sets: readonly AddressSet[]): Refusal[] =>
  rangeRefusals(
    sets.flatMap(({ member }): Weighted[] =>
      member?.routing.kind === 'weighted'
        ? [{ setIdentifier: member.setIdentifier, weight: member.routing.weight }]
        : [],
    ),
  );

function weightRefusals(aliases: readonly AliasSet[]): Refusal[] {
  const refused = rangeRefusals(aliases);
  if (aliases.some(({ weight }) => weight !== 0)) return refused;
  return [
    ...refused,
    {
      code: 'all-weights-zero',
      found: `all ${aliases.length} weights would be 0`,
      why: 'Route 53 then answers with every region alike, the dead ones included',
      remedy: 'Keep a positive weight at one region at least',
    },
  ];
}

/**
 * A return goes step by step, because a cold region that gets all its users at once falls again. Two raises may be
 * larger: the one that stands in for a region left in the same batch, and the one that gives the zone its only weight.
 */
function stepRefusals({ fleet, current }: Proposal, aliases: readonly AliasSet[]): Refusal[] {
  const before = current.filter((r) => r.kind === 'alias');
  if (before.length === 0) return [];
  const had = (id: string) => before.find((a) => a.setIdentifier === id)?.weight ?? 0;
  if (aliases.some((a) => a.weight === 0 && had(a.setIdentifier) > 0)) return [];
  if (aliases.filter((a) => a.weight > 0).length === 1) return [];
  return fleet.regions.flatMap((region): Refusal[] => {
    const from = had(region.id);
    const to = aliases.find((a) => a.setIdentifier === region.id)?.weight ?? 0;
    const most = Math.max(from, nextWeight(region, from, fleet));
    if (to <= most) return [];
    return [
      {
        code: 'step-too-large',
        found: `${region.id} would rise from ${from} to ${to} at once`,
        why: `Its next step is ${most}: its instances grow with its users, not before them`,
        remedy: `Raise it to ${most} and wait ${fleet.steering.restoreStepMs} ms`,
      },
    ];
  });
}

function setRefusals({ name, addresses }: AddressSet): Refusal[] {
  if (addresses.length === 0)
    return [
      {
        code: 'empty-set',
        found: `${name} would have no address`,
        why: 'An empty answer is an outage that caches keep (RFC 2308)',
        remedy: 'Publish the last known addresses until there are better ones',
      },
    ];
  const repeated = addresses.filter((a, i) => addresses.indexOf(a) !== i);
  return repeated.map((address) => ({
    code: 'duplicate-value',
    found: `${name} would hold ${address} twice`,
    why: 'Route 53 refuses the whole batch: InvalidChangeBatch, Duplicate Resource Record',
    remedy: 'Publish distinct addresses of the standby instead',
  }));
}

/** API Reference of Route 53, ResourceRecordSet, Failover. The secondary may go without: it then always stands in. */
const primaryRefusals = (sets: readonly AddressSet[]): Refusal[] =>
  sets.flatMap(({ name, member }): Refusal[] =>
    member?.routing.kind === 'failover' &&
    member.routing.role === 'PRIMARY' &&
    member.healthCheckId === null
      ? [
          {
            code: 'unchecked-primary',
            found: `${name} would have a primary without a health check`,
            why: 'Route 53 refuses the whole batch (A non-alias primary ResourceRecordSet must have an associated health check), and could never leave it',
            remedy:
              'Name the region’s health check in the deployment file, or choose another strategy',
          },
        ]
      : [],
  );

function deadRefusals(name: string, { fleet, deployment, intent, desired }: Proposal): Refusal[] {
  const addresses = addressesAt(desired, name);
  const usable = fleet.regions.map((r) => r.id).filter((id) => intent[id]?.usable === true);
  const live = usable.flatMap((id) => deployment.addresses[id] ?? []);
  if (addresses.length === 0 || live.length === 0 || addresses.some((a) => live.includes(a)))
    return [];
  return [
    {
      code: 'only-unusable-addresses',
      found: `${name} would hold only ${addresses.join(', ')}, where nobody answers`,
      why: `${usable.join(', ')} could answer its users`,
      remedy: 'Publish an address of a usable standby',
    },
  ];
}

/** A region that is widened has a short TTL of its own for as long as it is suspected; that much is meant. */
function ttlRefusals({ fleet, intent }: Proposal, sets: readonly AddressSet[]): Refusal[] {
  const suspects = fleet.regions.filter(({ id }) => intent[id]?.isSuspect === true);
  const widened = fleet.strategy.kind === 'widen' ? suspects : [];
  const exempt = widened.map(({ id }) => regionName(fleet, id));
  const ttls = [
    ...new Set(sets.filter(({ name }) => !exempt.includes(name)).map((set) => set.ttlSeconds)),
  ];
  if (ttls.length < 2) return [];
  return [
    {
      code: 'mixed-ttl',
      found: `TTLs of ${ttls.join(', ')} s in one weighted group`,
      why: 'Users of different regions would follow a change at different times, and the group must share one TTL',
      remedy: 'Give `answerTtlSeconds` one value in every region',
    },
  ];
}

function missingRefusals(
  { fleet }: Proposal,
  aliases: readonly AliasSet[],
  sets: readonly AddressSet[],
): Refusal[] {
  const missing = fleet.regions.filter(
    ({ id }) =>
      !aliases.some((a) => a.setIdentifier === id) ||
      !sets.some((set) => set.name === regionName(fleet, id)),
  );
  return missing.map(({ id }) => ({
    code: 'region-missing',
    found: `the plan says nothing about ${id}`,
    why: 'A plan with holes once emptied an endpoint of a whole cloud region: an incomplete plan is a bug',
    remedy: 'Plan every region of the fleet',
  }));
}

/** The controller owns `api.<zone>` and the names right below it that bear a region or the term; nothing else. */
function foreignRefusals({ fleet, current, desired }: Proposal): Refusal[] {
  const regions = new Set(fleet.regions.map(({ id }): string => id));
  const names = new Set([...regions].map((id) => regionName(fleet, id)));
  const owned = (record: RecordSet): boolean => {
    if (isTerm(record)) return record.name === termName(fleet);
    if (record.kind === 'alias')
      return record.name === apiName(fleet) && regions.has(record.setIdentifier);
    return record.kind === 'addresses' && names.has(record.name);
  };
  const isPlanned = (record: RecordSet) => desired.some(({ name }) => name === record.name);
  return diffRecords(current, desired)
    .filter(
      ({ action, record }) =>
        !owned(record) || (action === 'DELETE' && !isTerm(record) && !isPlanned(record)),
    )
    .map(({ action, record }) => ({
      code: 'foreign-record',
      found: `${action} of ${record.name} (${record.kind})`,
      why: "Only the records of this fleet are the controller's to change",
      remedy: 'Leave the record to whoever made it',
    }));
}
