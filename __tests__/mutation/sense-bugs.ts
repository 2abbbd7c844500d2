// Planted bugs in what is seen: probes, opinions, quorum, grey failure, canaries.
import type { PlantedBug } from './planted-bug.ts';

export const senseBugs: readonly PlantedBug[] = [
  {
    name: 'what a vantage met before it was stopped counts when it wakes',
    file: 'fleet/health.ts',
    find: 'result.atMs - before.lastAtMs > memoryMsMax',
    replace: 'before.lastAtMs === Number.NEGATIVE_INFINITY',
  },
  {
    name: 'one vantage suffices to condemn',
    file: 'fleet/health.ts',
    find: 'if (down.length >= quorum)',
    replace: 'if (down.length >= 1)',
  },
  {
    name: 'one vantage suffices to trust',
    file: 'fleet/health.ts',
    find: 'if (up.length >= quorum)',
    replace: 'if (up.length >= 1)',
  },
  {
    name: 'old opinions count like fresh ones',
    file: 'fleet/health.ts',
    find: 'observations.filter((o) => o.ageMs <= ageMsMax)',
    replace: 'observations.filter((o) => o.ageMs <= ageMsMax + 1e9)',
  },
  {
    name: 'one failure condemns',
    file: 'fleet/health.ts',
    find: "(before === 'new' ? successesToUp : failuresToDown)",
    replace: '1',
  },
  {
    name: 'one success trusts again',
    file: 'fleet/health.ts',
    find: "isTrusted || successes >= successesToUp ? 'up' : 'returning'",
    replace: "isTrusted || successes >= 1 ? 'up' : 'returning'",
  },
  {
    name: 'a region is held for dead while it answers again',
    file: 'fleet/health.ts',
    find: "returning: 'unknown',",
    replace: "returning: 'down',",
  },
  {
    name: 'a verdict is good for ever',
    file: 'fleet/health.ts',
    find: 'if (validForMs >= 0) return { ...verdict, validForMs };',
    replace: 'if (validForMs <= 1e9) return { ...verdict, validForMs };',
  },
  {
    name: 'a long outage is held for a lossy region afterwards',
    file: 'fleet/health.ts',
    find: 'if (failures > failuresToDown) return bits;',
    replace: '',
  },
  {
    name: 'what a peer saw has no age',
    file: 'failover/peer-sights.ts',
    find: 'const asOfMs = askedAtMs - report.ageMs',
    replace: 'const asOfMs = askedAtMs + 0 * report.ageMs + 1e9',
  },
  {
    name: 'its own late deadline condemns a region',
    file: 'failover/watch.ts',
    find: 'if (!ok && tookMs > deadlineMs + lateMsMax) {',
    replace: 'if (!ok && tookMs < 0) {',
  },
  {
    name: 'wrong readings do not matter',
    file: 'failover/watch.ts',
    find: 'worstOpinion([ready, golden])',
    replace: 'worstOpinion([ready, ready].filter(() => golden !== null))',
  },
  {
    name: 'a blind vantage speaks on',
    file: 'failover/watch.ts',
    find: "if (this.sight.abstains !== null) return 'unknown';",
    replace: '',
  },
  {
    name: 'a blind vantage condemns before it notices its blindness',
    file: 'failover/canary-watch.ts',
    find: 'failuresToDown: failuresToDown - 1,',
    replace: 'failuresToDown: failuresToDown + 1,',
  },
  {
    name: 'a region that serves badly is up all the same',
    file: 'failover/watch.ts',
    find: 'return this.grey.worst(id) === null ?',
    replace: "return this.grey.worst(id) !== '' ?",
  },
  {
    name: 'a failure teaches what is usual',
    file: 'failover/core/grey.ts',
    find: 'if (errors / count >= errorShareMax / 2 || isHalfSlow) return usual;',
    replace: 'if (isHalfSlow && errors < 0) return usual;',
  },
  {
    name: 'the slowest of a few answers is taken for all of them',
    file: 'failover/core/served.ts',
    find: 'Math.min(0.99 * answers, answers - outliersMax)',
    replace: 'Math.min(0.99 * answers + outliersMax, answers)',
  },
  {
    name: 'a service that restarted counts backwards',
    file: 'failover/core/request-counters.ts',
    find: 'if (!hasRestarted) return',
    replace: 'if (!hasRestarted || count < 1e9) return',
  },
  {
    name: 'an operator’s drain passes for evidence',
    file: 'failover/core/forced-verdict.ts',
    find: 'forced: true',
    replace: 'forced: false',
  },
];
