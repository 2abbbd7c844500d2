// Planted bugs in what is decided: steering, safety rules, orders, capacity.
import type { PlantedBug } from './planted-bug.ts';

export const policyBugs: readonly PlantedBug[] = [
  {
    name: 'a region returns at once',
    file: 'fleet/restore-steps.ts',
    find: '.find((weight) => weight > current)',
    replace: '.findLast((weight) => weight > current)',
  },
  {
    name: 'with nobody up the zone is changed',
    file: 'failover/core/decide.ts',
    find: "if (fleet.regions.every(({ id }) => standings[id]?.kind !== 'up')) return failStatic(scene);",
    replace: '',
  },
  {
    name: 'an unknown region is left',
    file: 'failover/core/decide.ts',
    find: "if (standing === undefined || standing.kind === 'unknown')",
    replace: 'if (standing === undefined)',
  },
  {
    name: 'the hold-off is not waited for',
    file: 'failover/core/decide.ts',
    find: 'if (upForMs < holdOffMs && !vouched)',
    replace: 'if (upForMs < 0 && !vouched)',
  },
  {
    name: 'the step time is not waited for',
    file: 'failover/core/decide.ts',
    find: 'if (quietMs < restoreStepMs)',
    replace: 'if (quietMs < 0)',
  },
  {
    name: 'returning spends the changes kept for leaving',
    file: 'failover/core/decide.ts',
    find: "if (budgetLeft(state, fleet).other === 0) return waitForBudget(scene, 'returning');",
    replace:
      "if (budgetLeft(state, fleet).leaving === 0) return waitForBudget(scene, 'returning');",
  },
  {
    name: 'the change budget is not kept',
    file: 'failover/core/decide.ts',
    find: 'if (allowed === 0) return keep',
    replace: 'if (allowed < 0) return keep',
  },
  {
    name: 'nobody is raised when the last one with weight is left',
    file: 'failover/core/decide.ts',
    find: 'return [...named, ...byWeight].find(isUp) ?? null;',
    replace: 'return null;',
  },
  {
    name: 'a relapse does not lengthen the hold-off',
    file: 'failover/core/steer-state.ts',
    find: 'Math.min(2 * track.holdOffMs, holdOffMsMax)',
    replace: 'Math.min(track.holdOffMs, holdOffMsMax)',
  },
  {
    name: 'other controllers’ changes do not count',
    file: 'failover/core/steer-state.ts',
    find: 'return Math.max(1, now - before);',
    replace: 'return 0;',
  },
  {
    name: 'orders never end',
    file: 'failover/core/orders.ts',
    find: 'return untilMs > nowMs ? [',
    replace: 'return untilMs > 0 ? [',
  },
  {
    name: 'a relay lengthens an order',
    file: 'failover/core/orders.ts',
    find: 'const untilMs = Math.min(',
    replace: 'const untilMs = Math.max(',
  },
  {
    name: 'the older order holds',
    file: 'failover/core/orders.ts',
    find: 'a.serial > b.serial ||',
    replace: 'a.serial < b.serial ||',
  },
  {
    name: 'the last region that is up is drained by order',
    file: 'failover/core/standing.ts',
    find: 'if ([...takers].every((id) => id === order.region)) continue;',
    replace: '',
  },
  {
    name: 'a freeze holds nothing',
    file: 'failover/core/safety.ts',
    find: 'if (freeze === null || (isUrgent && fleet.steering.leavesDeadWhileFrozen)) return null;',
    replace: 'if (freeze === null || fleet !== null) return null;',
  },
  {
    name: 'a gate that is off lets everything through',
    file: 'failover/core/safety.ts',
    find: 'if (isOn(rule, orders)) return null;',
    replace: 'if (isOn(rule, orders) || orders.length > 0) return null;',
  },
  {
    name: 'nothing waits after a change',
    file: 'failover/core/safety.ts',
    find: 'if (!waits || quietMs >= waitMs) return null;',
    replace: 'if (!waits || quietMs >= 0) return null;',
  },
  {
    name: 'fewer regions keep a weight than must',
    file: 'failover/core/safety.ts',
    find: 'if (keeping(after) >= count ||',
    replace: 'if (keeping(after) >= count - 1 ||',
  },
  {
    name: 'a dead region waits until others can carry its users',
    file: 'failover/core/safety.ts',
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
    file: 'failover/core/decide.ts',
    find: "standing.condemned ? 'leave-down' : 'leave-order'",
    replace: "standing.kind === 'down' ? 'leave-down' : 'leave-order'",
  },
];
