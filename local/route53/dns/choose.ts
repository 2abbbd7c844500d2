// Routing policies: which of a group's record sets answer one query (Developer Guide, "Choosing a routing policy").

import type { GeoLocation, RecordSet } from '../core/record-set.ts';

/** Where a query comes from, as far as the source map knows. */
export interface Place {
  /** AWS regions by latency, nearest first. */
  readonly regions?: readonly string[];
  readonly continent?: string;
  readonly country?: string;
  readonly subdivision?: string;
}

export interface Chooser {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly isHealthy: (set: RecordSet) => boolean;
  readonly place: Place;
}

/** "Route 53 responds to DNS queries with up to eight healthy records". */
const multivalueAnswersMax = 8;

export function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const pick = Math.floor(random() * (last + 1));
    const [a, b] = [shuffled[last], shuffled[pick]];
    if (a !== undefined && b !== undefined) [shuffled[last], shuffled[pick]] = [b, a];
  }
  return shuffled;
}

const weightOf = (set: RecordSet): number =>
  set.routing.kind === 'weighted' ? set.routing.weight : 0;

function drawByWeight(group: readonly RecordSet[], random: () => number): RecordSet[] {
  const total = group.reduce((sum, set) => sum + weightOf(set), 0);
  // "If you set Weight to 0 for all of the records in the group, traffic is routed to all resources with equal probability."
  if (total === 0) return group.slice(Math.floor(random() * group.length)).slice(0, 1);
  let left = random() * total;
  for (const set of group) {
    left -= weightOf(set);
    if (left < 0) return [set];
  }
  return group.slice(-1);
}

/**
 * Health and weight (Developer Guide, "How Route 53 chooses records when health checking is configured"):
 * healthy with weight > 0, else healthy with weight 0, else all are unhealthy and all count as healthy.
 * The draw itself passes over weight 0 wherever another weight is in it.
 */
function chooseWeighted(group: readonly RecordSet[], { random, isHealthy }: Chooser): RecordSet[] {
  const healthy = group.filter(isHealthy);
  return drawByWeight(healthy.length > 0 ? healthy : group, random);
}

function chooseFailover(group: readonly RecordSet[], { isHealthy }: Chooser): RecordSet[] {
  const ofRole = (role: string) =>
    group.find((set) => set.routing.kind === 'failover' && set.routing.role === role);
  const primary = ofRole('PRIMARY');
  const secondary = ofRole('SECONDARY');
  const chosen = [primary, secondary].find((set) => set !== undefined && isHealthy(set));
  // Both unhealthy: "Route 53 returns the primary record".
  const answer = chosen ?? primary ?? secondary;
  return answer === undefined ? [] : [answer];
}

function chooseMultivalue(
  group: readonly RecordSet[],
  { random, isHealthy }: Chooser,
): RecordSet[] {
  const healthy = group.filter(isHealthy);
  return shuffle(healthy.length > 0 ? healthy : group, random).slice(0, multivalueAnswersMax);
}

function chooseLatency(group: readonly RecordSet[], chooser: Chooser): RecordSet[] {
  const healthy = group.filter(chooser.isHealthy);
  const able = healthy.length > 0 ? healthy : group;
  const distance = (set: RecordSet): number => {
    const at =
      set.routing.kind === 'latency'
        ? (chooser.place.regions ?? []).indexOf(set.routing.region)
        : -1;
    return at === -1 ? Number.POSITIVE_INFINITY : at;
  };
  const nearest = Math.min(...able.map(distance));
  return shuffle(
    able.filter((set) => distance(set) === nearest),
    chooser.random,
  ).slice(0, 1);
}

/** How narrowly a location names the place: state 4, country 3, continent 2, default 1; 0 where it does not fit. */
function fit(location: GeoLocation, place: Place): number {
  if (location.subdivision !== undefined)
    return location.country === place.country && location.subdivision === place.subdivision ? 4 : 0;
  if (location.country === '*') return 1;
  if (location.country !== undefined) return location.country === place.country ? 3 : 0;
  return location.continent === place.continent ? 2 : 0;
}

/** The narrowest healthy location wins; a place that nothing fits gets no answer, as at Route 53 without a default. */
function chooseGeolocation(group: readonly RecordSet[], chooser: Chooser): RecordSet[] {
  const fitting = group
    .map((set) => ({
      set,
      score: set.routing.kind === 'geolocation' ? fit(set.routing.location, chooser.place) : 0,
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ set }) => set);
  const chosen = fitting.find(chooser.isHealthy) ?? fitting[0];
  return chosen === undefined ? [] : [chosen];
}

type Policy = (group: readonly RecordSet[], chooser: Chooser) => RecordSet[];

const policies: Readonly<Record<RecordSet['routing']['kind'], Policy>> = {
  simple: (group) => [...group],
  weighted: chooseWeighted,
  failover: chooseFailover,
  multivalue: chooseMultivalue,
  latency: chooseLatency,
  geolocation: chooseGeolocation,
};

/** The sets that answer: one, or for multivalue up to eight; none where no location fits. */
export function chooseSets(group: readonly RecordSet[], chooser: Chooser): RecordSet[] {
  const [first] = group;
  return first === undefined ? [] : policies[first.routing.kind](group, chooser);
}
