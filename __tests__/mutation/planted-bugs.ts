// Bugs that somebody could write into the controller: each must be caught by some test, or the tests are wanting.
import type { PlantedBug } from './planted-bug.ts';
import { trustBugs } from './trust-bugs.ts';

const steer = 'failover/core/decide.ts';
const safety = 'failover/core/safety.ts';
const steerState = 'failover/core/steer-state.ts';
const orders = 'failover/core/orders.ts';
const standing = 'failover/core/standing.ts';
const writer = 'failover/zone-writer.ts';
const controller = 'failover/controller.ts';
const watch = 'failover/watch.ts';
const desk = 'failover/order-desk.ts';
const health = 'fleet/health.ts';
const records = 'fleet/records.ts';
const refusals = 'fleet/refusals.ts';
const steps = 'fleet/restore-steps.ts';
const drills = 'local/drills';

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'one vantage suffices to condemn',
    file: health,
    find: 'if (down.length >= quorum)',
    replace: 'if (down.length >= 1)',
  },
  {
    name: 'one vantage suffices to trust',
    file: health,
    find: 'if (up.length >= quorum)',
    replace: 'if (up.length >= 1)',
  },
  {
    name: 'old opinions count like fresh ones',
    file: health,
    find: 'observations.filter((o) => o.ageMs <= ageMsMax)',
    replace: 'observations.filter((o) => o.ageMs <= ageMsMax + 1e9)',
  },
  {
    name: 'one failure condemns',
    file: health,
    find: "(before === 'new' ? successesToUp : failuresToDown)",
    replace: '1',
  },
  {
    name: 'one success trusts again',
    file: health,
    find: "isTrusted || successes >= successesToUp ? 'up' : 'returning'",
    replace: "isTrusted || successes >= 1 ? 'up' : 'returning'",
  },
  {
    name: 'a region is held for dead while it answers again',
    file: health,
    find: "returning: 'unknown',",
    replace: "returning: 'down',",
  },
  {
    name: 'a verdict is good for ever',
    file: health,
    find: 'if (validForMs >= 0) return { ...verdict, validForMs };',
    replace: 'if (validForMs <= 1e9) return { ...verdict, validForMs };',
  },
  {
    name: 'a long outage is held for a lossy region afterwards',
    file: health,
    find: 'if (failures > failuresToDown) return bits;',
    replace: '',
  },
  {
    name: 'the batch carries no fence',
    file: records,
    find: "...current.filter(isTerm).map(change('DELETE')),\n    ...desired.filter(isTerm).map(change('CREATE')),",
    replace: "...desired.filter(isTerm).map(change('UPSERT')),",
  },
  {
    name: 'a dead region’s addresses stay published',
    file: records,
    find: 'ids.filter((id) => intent[id]?.usable === true)',
    replace: 'ids.filter((id) => intent[id] !== undefined)',
  },
  {
    name: 'a duplicate value is published',
    file: records,
    find: '.filter((address) => !first.includes(address))',
    replace: '.filter(() => true)',
  },
  {
    name: 'all weights may become zero',
    file: refusals,
    find: 'if (aliases.some(({ weight }) => weight !== 0)) return refused;',
    replace: 'if (aliases.length > 0) return refused;',
  },
  {
    name: 'a region returns at once',
    file: steps,
    find: '.find((weight) => weight > current)',
    replace: '.findLast((weight) => weight > current)',
  },
  {
    name: 'with nobody up the zone is changed',
    file: steer,
    find: "if (fleet.regions.every(({ id }) => standings[id]?.kind !== 'up')) return failStatic(scene);",
    replace: '',
  },
  {
    name: 'an unknown region is left',
    file: steer,
    find: "if (standing === undefined || standing.kind === 'unknown')",
    replace: 'if (standing === undefined)',
  },
  {
    name: 'the hold-off is not waited for',
    file: steer,
    find: 'if (upForMs < holdOffMs && !vouched)',
    replace: 'if (upForMs < 0 && !vouched)',
  },
  {
    name: 'the step time is not waited for',
    file: steer,
    find: 'if (quietMs < restoreStepMs)',
    replace: 'if (quietMs < 0)',
  },
  {
    name: 'returning spends the changes kept for leaving',
    file: steer,
    find: "if (budgetLeft(state, fleet).other === 0) return waitForBudget(scene, 'returning');",
    replace:
      "if (budgetLeft(state, fleet).leaving === 0) return waitForBudget(scene, 'returning');",
  },
  {
    name: 'the change budget is not kept',
    file: steer,
    find: 'if (allowed === 0) return keep',
    replace: 'if (allowed < 0) return keep',
  },
  {
    name: 'nobody is raised when the last one with weight is left',
    file: steer,
    find: 'return [...named, ...byWeight].find(isUp) ?? null;',
    replace: 'return null;',
  },
  {
    name: 'a relapse does not lengthen the hold-off',
    file: steerState,
    find: 'Math.min(2 * track.holdOffMs, holdOffMsMax)',
    replace: 'Math.min(track.holdOffMs, holdOffMsMax)',
  },
  {
    name: 'other controllers’ changes do not count',
    file: steerState,
    find: 'return Math.max(1, now - before);',
    replace: 'return 0;',
  },
  {
    name: 'orders never end',
    file: orders,
    find: 'return untilMs > nowMs ? [',
    replace: 'return untilMs > 0 ? [',
  },
  {
    name: 'a relay lengthens an order',
    file: orders,
    find: 'const untilMs = Math.min(',
    replace: 'const untilMs = Math.max(',
  },
  {
    name: 'the older order holds',
    file: orders,
    find: 'a.serial > b.serial ||',
    replace: 'a.serial < b.serial ||',
  },
  {
    name: 'the last region that is up is drained by order',
    file: standing,
    find: 'if ([...takers].every((id) => id === order.region)) continue;',
    replace: '',
  },
  {
    name: 'decisions go by the wall clock',
    file: controller,
    find: 'const nowMs = clock.monotonicMs();\n    const term',
    replace: 'const nowMs = clock.wallMs();\n    const term',
  },
  {
    name: 'refused plans are written',
    file: controller,
    find: 'if (refused.length > 0) {',
    replace: 'if (refused.length > 1e9) {',
  },
  {
    name: 'what a peer saw has no age',
    file: 'failover/peer-sights.ts',
    find: 'const asOfMs = askedAtMs - report.ageMs',
    replace: 'const asOfMs = askedAtMs + 0 * report.ageMs + 1e9',
  },
  {
    name: 'two calls at once',
    file: writer,
    find: "if (this.#call !== null) return 'in-flight';",
    replace: '',
  },
  {
    name: 'no back-off',
    file: writer,
    find: "if (nowMs < this.#writeAfterMs) return 'backing-off';",
    replace: '',
  },
  {
    name: 'writes are not paced',
    file: writer,
    find: "if (nowMs - this.#writtenAtMs < writeEveryMs) return 'pacing';",
    replace: '',
  },
  {
    name: 'accepted counts as done',
    file: writer,
    find: 'if (!(await store.settled(attempt.changeId))) return;',
    replace: 'await store.settled(attempt.changeId);',
  },
  {
    name: 'one server that answers suffices',
    file: writer,
    find: 'views.length > 0 && views.every(',
    replace: 'views.length > 0 && views.some(',
  },
  {
    name: 'the zone is not read again after a write',
    file: writer,
    find: 'await this.#read();\n    if (this.#due',
    replace: 'if (this.#due',
  },
  {
    name: 'a batch is planned from an old reading',
    file: writer,
    find: 'if (this.#due || nowMs - readAtMs > readAgeMsMax) {',
    replace: 'if (this.#due && nowMs < readAtMs) {',
  },
  {
    name: 'its own late deadline condemns a region',
    file: watch,
    find: 'if (!ok && tookMs > deadlineMs + lateMsMax) {',
    replace: 'if (!ok && tookMs < 0) {',
  },
  {
    name: 'wrong readings do not matter',
    file: watch,
    find: 'worstOpinion([ready, golden])',
    replace: 'worstOpinion([ready, ready].filter(() => golden !== null))',
  },
  {
    name: 'an order outlives a restart whole',
    file: desk,
    find: 'nowMs + stored.remainingMs - passedMs',
    replace: 'nowMs + stored.remainingMs + 0 * passedMs',
  },
  {
    name: 'what was decided long ago is still written',
    file: writer,
    find: 'if (waitedMs > proposalMsMax) return',
    replace: 'if (waitedMs > 1e9) return',
  },
  {
    name: 'a blind vantage speaks on',
    file: watch,
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
    file: watch,
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
  {
    name: 'a drill that was stopped restores nothing',
    file: `${drills}/strike.ts`,
    find: '  await restore(settings);',
    replace: '  if (stoppedBecause === null) await restore(settings);',
  },
  {
    name: 'a drill whose runner has died goes on to its end',
    file: 'local/fault-desk.ts',
    find: "      lift().catch((error: unknown) => onChange('drill', String(error)));",
    replace: '',
  },
  {
    name: 'a drill begins with the survivor short of capacity',
    file: `${drills}/preflight.ts`,
    find: 'trial.succeeded === trial.sent &&',
    replace: '',
  },
  {
    name: 'the rollback is proven without looking at the zone',
    file: `${drills}/rollback.ts`,
    find: '.filter((line) => !was.includes(line))',
    replace: '.filter(() => false)',
  },
  {
    name: 'a controller that slept undoes by an old order what a newer one has done',
    file: 'failover/core/unheard-author.ts',
    find: 'return heardAtMs(author) >= readAtMs ? null : author;',
    replace: 'return null;',
  },
  {
    name: 'whoever wrote last and is gone is waited for for ever',
    file: 'failover/core/unheard-author.ts',
    find: 'if (seenForMs > fleet.steering.observationAgeMsMax) return null;',
    replace: '',
  },
  {
    name: 'the wait for whoever wrote last is never asked for',
    file: 'failover/controller.ts',
    find: "if (this.#awaitsAuthor(snapshot, decision)) return 'awaits-author';",
    replace: '',
  },
  {
    name: 'a freeze holds nothing',
    file: safety,
    find: 'if (freeze === null || (isUrgent && fleet.steering.leavesDeadWhileFrozen)) return null;',
    replace: 'if (freeze === null || fleet !== null) return null;',
  },
  {
    name: 'a gate that is off lets everything through',
    file: safety,
    find: 'if (isOn(rule, orders)) return null;',
    replace: 'if (isOn(rule, orders) || orders.length > 0) return null;',
  },
  {
    name: 'nothing waits after a change',
    file: safety,
    find: 'if (!waits || quietMs >= waitMs) return null;',
    replace: 'if (!waits || quietMs >= 0) return null;',
  },
  {
    name: 'fewer regions keep a weight than must',
    file: safety,
    find: 'if (keeping(after) >= count ||',
    replace: 'if (keeping(after) >= count - 1 ||',
  },
  {
    name: 'a dead region waits until others can carry its users',
    file: safety,
    find: "if (effect !== 'leaves-ordered' && effect !== 'returns') return null;",
    replace: "if (effect === 'stands-in') return null;",
  },
  {
    name: 'nobody asks whether the survivors can carry more',
    file: 'failover/core/capacity.ts',
    find: 'needed > region.instances.max &&',
    replace: 'needed > 1e9 &&',
  },
  {
    name: 'a region that dies while its drain is held keeps its users',
    file: steer,
    find: "standing.condemned ? 'leave-down' : 'leave-order'",
    replace: "standing.kind === 'down' ? 'leave-down' : 'leave-order'",
  },
  {
    name: 'orders wear away as they are passed on',
    file: desk,
    find: '(isKnown ? nowMs : askedAtMs)',
    replace: 'askedAtMs',
  },
  ...trustBugs,
];
