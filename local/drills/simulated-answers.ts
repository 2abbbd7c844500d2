// What a client of the simulated zone is answered: a region drawn by weight among those whose health check passes.
import type { AddressSet } from '../../fleet/address-set.ts';
import type { AliasSet, RecordSet } from '../../fleet/records.ts';
import type { Chance } from '../../failover/simulation/seeded-chance.ts';
import type { ScheduledBlow } from './strikes.ts';
import { lastsMs } from './simulated-faults.ts';

const checkEveryMs = 10_000;
const failuresToUnhealthy = 3;
/** A checker asks again when it has given up: of a region that is silent that takes its deadline longer. */
const silenceMs = 4_000;
const silent: readonly string[] = ['isolate', 'freeze'];
/** Blows that a health check of readiness meets. */
const isSeen = ({ on, fault }: ScheduledBlow): boolean =>
  on === 'flag' ||
  (on === 'region' && ['kill', 'refuse', 'freeze', 'isolate', 'slow'].includes(fault));

/** Route 53's own checks: three misses at 10 s to leave a region, three answers to name it again, each at a moment of its own. */
export function nativeChecks(schedule: readonly ScheduledBlow[], chance: Chance) {
  const spans = schedule.filter(isSeen).map((blow) => {
    const lateMs = (checkMs: number) =>
      chance.between(failuresToUnhealthy - 1, failuresToUnhealthy) * checkMs;
    const missMs = checkEveryMs + (silent.includes(blow.fault) ? silenceMs : 0);
    return {
      region: blow.target,
      fromMs: blow.atMs + lateMs(missMs),
      untilMs: blow.atMs + lastsMs(blow) + lateMs(checkEveryMs),
      // A fault that is over before the third check was never seen.
      counts: lastsMs(blow) >= failuresToUnhealthy * checkEveryMs,
    };
  });
  return (region: string, nowMs: number): boolean =>
    !spans.some((s) => s.counts && s.region === region && nowMs >= s.fromMs && nowMs < s.untilMs);
}

export interface AnswerWorld {
  readonly isHealthy: (region: string) => boolean;
  readonly chance: Chance;
}

/** Addresses in the order of the answer; simple sets are answered in any order. */
export function answerOf(records: readonly RecordSet[], world: AnswerWorld): readonly string[] {
  const aliases = records.filter((r): r is AliasSet => r.kind === 'alias');
  const weighted = aliases.filter(({ weight }) => weight > 0);
  const healthy = weighted.filter(({ setIdentifier }) => world.isHealthy(setIdentifier));
  // With every check failing Route 53 answers as if all passed.
  const drawn = drawByWeight(healthy.length > 0 ? healthy : weighted, world.chance);
  const group = records.filter(
    (r): r is AddressSet => r.kind === 'addresses' && r.name === drawn?.target,
  );
  return shuffled(drawMember(group, world.chance)?.addresses ?? [], world.chance);
}

/** Of a group at one name, one answers; the checks of its members are those of the regions, and `api` has asked them already. */
function drawMember(group: readonly AddressSet[], chance: Chance): AddressSet | undefined {
  const weights = group.map(({ member }) => ({
    member,
    weight: member?.routing.kind === 'weighted' ? member.routing.weight : 0,
  }));
  if (weights.every(({ weight }) => weight === 0)) return group[0];
  const drawn = drawByWeight(weights, chance);
  return group.find(({ member }) => member === drawn?.member);
}

function drawByWeight<Item extends { readonly weight: number }>(
  items: readonly Item[],
  chance: Chance,
): Item | undefined {
  let left = chance.draw() * items.reduce((sum, { weight }) => sum + weight, 0);
  return items.find(({ weight }) => (left -= weight) < 0) ?? items.at(-1);
}

function shuffled(addresses: readonly string[], chance: Chance): readonly string[] {
  return addresses
    .map((address) => ({ address, rank: chance.draw() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ address }) => address);
}
