// What may never be published, whoever planned it: judged on the plan itself, each refusal with the numbers behind it.
import { weightMax } from './check-fleet.ts';
import type { ErrorParts } from './errors.ts';
import type { Deployment, Fleet } from './fleet.ts';
import { apiName, diffRecords, isTerm, regionName, termName } from './records.ts';
import type { AddressSet, AliasSet, Intent, RecordSet } from './records.ts';
import { nextWeight } from './restore-steps.ts';

type RefusalCode =
  | 'all-weights-zero'
  | 'weight-out-of-range'
  | 'step-too-large'
  | 'empty-set'
  | 'duplicate-value'
  | 'only-unusable-addresses'
  | 'mixed-ttl'
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
    ...stepRefusals(proposal, aliases),
    ...sets.flatMap((set) => setRefusals(set, proposal)),
    ...ttlRefusals(sets),
    ...missingRefusals(proposal, aliases, sets),
    ...foreignRefusals(proposal),
  ];
}

function weightRefusals(aliases: readonly AliasSet[]): Refusal[] {
  const wrong = aliases.filter(
    ({ weight }) => !Number.isInteger(weight) || weight < 0 || weight > weightMax,
  );
  const refused: Refusal[] = wrong.map(({ setIdentifier, weight }) => ({
    code: 'weight-out-of-range',
    found: `${setIdentifier} would get weight ${weight}`,
    why: `Route 53 takes whole weights from 0 to ${weightMax}`,
    remedy: 'Correct the weight in the fleet or in the step that computed it',
  }));
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

function setRefusals(set: AddressSet, { fleet, deployment, intent }: Proposal): Refusal[] {
  const { name, addresses } = set;
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
  const refused: Refusal[] = repeated.map((address) => ({
    code: 'duplicate-value',
    found: `${name} would hold ${address} twice`,
    why: 'Route 53 refuses the whole batch: InvalidChangeBatch, Duplicate Resource Record',
    remedy: 'Publish distinct addresses of the standby instead',
  }));
  const usable = fleet.regions.map((r) => r.id).filter((id) => intent[id]?.usable === true);
  const live = usable.flatMap((id) => deployment.addresses[id] ?? []);
  if (live.length === 0 || addresses.some((a) => live.includes(a))) return refused;
  return [
    ...refused,
    {
      code: 'only-unusable-addresses',
      found: `${name} would hold only ${addresses.join(', ')}, where nobody answers`,
      why: `${usable.join(', ')} could answer its users`,
      remedy: 'Publish an address of a usable standby',
    },
  ];
}

function ttlRefusals(sets: readonly AddressSet[]): Refusal[] {
  const ttls = [...new Set(sets.map((set) => set.ttlSeconds))];
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
  return diffRecords(current, desired)
    .filter(({ action, record }) => !owned(record) || (action === 'DELETE' && !isTerm(record)))
    .map(({ action, record }) => ({
      code: 'foreign-record',
      found: `${action} of ${record.name} (${record.kind})`,
      why: "Only the records of this fleet are the controller's to change",
      remedy: 'Leave the record to whoever made it',
    }));
}
