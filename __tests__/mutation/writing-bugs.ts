// Planted bugs in what is written: plans, refusals, batches, orders passed on.
import type { PlantedBug } from './planted-bug.ts';

export const writingBugs: readonly PlantedBug[] = [
  {
    name: 'the batch carries no fence',
    file: 'fleet/records.ts',
    find: "...current.filter(isTerm).map(change('DELETE')),\n    ...desired.filter(isTerm).map(change('CREATE')),",
    replace: "...desired.filter(isTerm).map(change('UPSERT')),",
  },
  {
    name: 'a dead region’s addresses stay published',
    file: 'fleet/records.ts',
    find: 'ids.filter((id) => intent[id]?.usable === true)',
    replace: 'ids.filter((id) => intent[id] !== undefined)',
  },
  {
    name: 'all weights may become zero',
    file: 'fleet/refusals.ts',
    find: 'if (aliases.some(({ weight }) => weight !== 0)) return refused;',
    replace: 'if (aliases.length > 0) return refused;',
  },
  {
    name: 'decisions go by the wall clock',
    file: 'failover/controller.ts',
    find: 'const nowMs = clock.monotonicMs();\n    const term',
    replace: 'const nowMs = clock.wallMs();\n    const term',
  },
  {
    name: 'refused plans are written',
    file: 'failover/controller.ts',
    find: 'if (refused.length > 0) {',
    replace: 'if (refused.length > 1e9) {',
  },
  {
    name: 'two calls at once',
    file: 'failover/zone-writer.ts',
    find: "if (this.#call !== null) return 'in-flight';",
    replace: '',
  },
  {
    name: 'no back-off',
    file: 'failover/zone-writer.ts',
    find: "if (nowMs < this.#writeAfterMs) return 'backing-off';",
    replace: '',
  },
  {
    name: 'writes are not paced',
    file: 'failover/zone-writer.ts',
    find: "if (nowMs - this.#writtenAtMs < writeEveryMs) return 'pacing';",
    replace: '',
  },
  {
    name: 'accepted counts as done',
    file: 'failover/zone-writer.ts',
    find: 'if (!(await store.settled(attempt.changeId))) return;',
    replace: 'await store.settled(attempt.changeId);',
  },
  {
    name: 'one server that answers suffices',
    file: 'failover/zone-writer.ts',
    find: 'views.length > 0 && views.every(',
    replace: 'views.length > 0 && views.some(',
  },
  {
    name: 'the zone is not read again after a write',
    file: 'failover/zone-writer.ts',
    find: 'await this.#read();\n    if (this.#due',
    replace: 'if (this.#due',
  },
  {
    name: 'a batch is planned from an old reading',
    file: 'failover/zone-writer.ts',
    find: 'if (this.#due || nowMs - readAtMs > readAgeMsMax) {',
    replace: 'if (this.#due && nowMs < readAtMs) {',
  },
  {
    name: 'an order outlives a restart whole',
    file: 'failover/order-desk.ts',
    find: 'nowMs + stored.remainingMs - passedMs',
    replace: 'nowMs + stored.remainingMs + 0 * passedMs',
  },
  {
    name: 'what was decided long ago is still written',
    file: 'failover/zone-writer.ts',
    find: 'if (waitedMs > proposalMsMax) return',
    replace: 'if (waitedMs > 1e9) return',
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
    name: 'orders wear away as they are passed on',
    file: 'failover/order-desk.ts',
    find: '(isKnown ? nowMs : askedAtMs)',
    replace: 'askedAtMs',
  },
];
