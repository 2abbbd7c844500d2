// Orders as they arrive: what is read from a request, and what is refused because it could not be carried out now.
import { describe, expect, test } from '@jest/globals';
import { checkFeasible, orderRequest } from '../../failover/order-intake.ts';
import type { OrderRequest } from '../../failover/order-desk.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { SafetyRule } from '../../fleet/safety-rules.ts';
import { controllerBench } from '../support/failover-ports.ts';
import type { Bench } from '../support/failover-ports.ts';
import { belgium, frankfurt, paris, production } from '../support/fleets.ts';

describe('a request', () => {
  test.each<readonly [object, object]>([
    [
      { kind: 'drain', region: paris, reason: 'r', forMs: 5, gate: 'x', actor: 'mallory' },
      { kind: 'drain', region: paris, reason: 'r', actor: 'jane', forMs: 5 },
    ],
    [
      { kind: 'restore', region: paris, reason: 'r', forMs: 5 },
      { kind: 'restore', region: paris, reason: 'r', actor: 'jane', forMs: 0 },
    ],
    [
      { kind: 'freeze', region: paris, reason: 'r', forMs: 5 },
      { kind: 'freeze', reason: 'r', actor: 'jane', forMs: 5 },
    ],
    [
      { kind: 'unfreeze', reason: 'r' },
      { kind: 'unfreeze', reason: 'r', actor: 'jane', forMs: 0 },
    ],
    [
      { kind: 'gate-off', gate: 'returns', reason: 'r', forMs: 5 },
      { kind: 'gate-off', gate: 'returns', reason: 'r', actor: 'jane', forMs: 5 },
    ],
  ])('%j is read as what it orders, and nothing else of it', (body, read) => {
    expect(orderRequest(body, 'jane')).toEqual(read);
  });

  test.each<readonly [unknown, RegExp]>([
    [null, /"kind" is missing/],
    [{ kind: 'stop' }, /"kind" is "stop".*drain, restore, freeze, unfreeze, gate-on, gate-off/s],
    [{ kind: 'drain', reason: 'r', forMs: 5 }, /"region" is missing/],
    [{ kind: 'gate-on', gate: 7, reason: 'r', forMs: 5 }, /"gate" is 7/],
    [{ kind: 'freeze', forMs: 5 }, /"reason" is missing/],
    [{ kind: 'freeze', reason: 'r' }, /"forMs" is missing/],
    [{ kind: 'freeze', reason: 'r', forMs: 1.5 }, /"forMs" is 1.5/],
  ])('%j is refused', (body, words) => {
    expect(() => orderRequest(body, 'jane')).toThrow(words);
  });
});

const drain = (region: string): OrderRequest => ({
  kind: 'drain',
  region,
  reason: 'patching',
  actor: 'jane',
  forMs: 60_000,
});
const give = (bench: Bench, request: OrderRequest) => bench.controller.settings.desk.give(request);

describe('a drain', () => {
  test('is feasible while others can take the users, also within the wait after a change', async () => {
    const bench = await controllerBench();
    await bench.beats(2);
    expect(() => checkFeasible(bench.controller, drain(paris))).not.toThrow();
  });

  test('is refused while the zone is frozen, and is feasible again with an unfreeze', async () => {
    const bench = await controllerBench();
    const freeze = { reason: 'audit', actor: 'jane', forMs: 60_000 };
    await give(bench, { kind: 'freeze', ...freeze });
    await bench.beats(2);
    expect(() => checkFeasible(bench.controller, drain(paris))).toThrow(
      /the zone is frozen by jane: audit\..*evenkeel unfreeze/s,
    );
    await give(bench, { kind: 'unfreeze', ...freeze });
    await bench.beats(1);
    expect(() => checkFeasible(bench.controller, drain(paris))).not.toThrow();
  });

  test('is refused with the name of the rule that would hold it', async () => {
    const rule: SafetyRule = {
      name: 'pair',
      kind: 'assertAtLeast',
      count: 2,
      regions: [paris, belgium, frankfurt],
    };
    const fleet: Fleet = {
      ...production,
      steering: { ...production.steering, safetyRules: [rule] },
    };
    const bench = await controllerBench({ fleet });
    await give(bench, drain(belgium));
    await bench.beats(2);
    expect(() => checkFeasible(bench.controller, drain(paris))).toThrow(
      /pair \(assertAtLeast\) says that 1 of .* would keep a weight, and 2 must/,
    );
  });

  test('that was given and cannot be obeyed is held, and the journal says by what', async () => {
    const bench = await controllerBench();
    await bench.beats(6);
    await give(bench, { kind: 'freeze', reason: 'audit', actor: 'jane', forMs: 60_000 });
    await give(bench, drain(paris));
    await bench.beats(10);
    const refusals = bench.journal.entries.filter(({ kind }) => kind === 'refused');
    expect(refusals).toEqual([
      {
        kind: 'refused',
        refusals: ['aws-paris held by freeze (freeze): frozen by jane: audit'],
      },
    ]);
    expect(bench.zone.batches).toEqual([]);
  });
});

test('a zone that is frozen is not even put right', async () => {
  const bench = await controllerBench();
  await give(bench, { kind: 'freeze', reason: 'audit', actor: 'jane', forMs: 1_000_000 });
  bench.zone.records = [];
  await bench.beats(10);
  expect(bench.controller.beat.progress).toBe('repair-waits');
  expect(bench.zone.batches).toEqual([]);
});
