// Bugs that somebody could write into the controller: each must be caught by some test, or the tests are wanting.

export interface PlantedBug {
  /** What the bug does, in the words of whoever would find it. */
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in the file; otherwise the list is out of date. */
  readonly find: string;
  readonly replace: string;
}

const steer = 'failover/core/steer.ts';
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
    find: "(before === 'unknown' ? successesToUp : failuresToDown)",
    replace: '1',
  },
  {
    name: 'one success trusts again',
    file: health,
    find: "return successes >= successesToUp ? 'up' : 'down'",
    replace: "return successes >= 1 ? 'up' : 'down'",
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
    find: 'nowMs: clock.monotonicMs(),\n    });\n    this.#state',
    replace: 'nowMs: clock.wallMs(),\n    });\n    this.#state',
  },
  {
    name: 'refused plans are written',
    file: controller,
    find: 'if (refused.length > 0) {',
    replace: 'if (refused.length > 1e9) {',
  },
  {
    name: 'what a peer saw has no age',
    file: controller,
    find: 'asOfMs: askedAtMs - report.ageMs',
    replace: 'asOfMs: askedAtMs + 0 * report.ageMs + 1e9',
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
    find: "if (this.#due || nowMs - readAtMs > readAgeMsMax) return 'unread';",
    replace: "if (this.#due && nowMs < readAtMs) return 'unread';",
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
    find: "return golden.opinion === 'down' ? 'down' : ready.opinion;",
    replace: "return golden.opinion === 'down' ? ready.opinion : ready.opinion;",
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
];
