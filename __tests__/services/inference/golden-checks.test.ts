// The minute check: who is caught erring, who is stale, and who is merely slow. The clock stands still.
import { describe, expect, test } from '@jest/globals';
import { InputError, TransientError } from '../../../fleet/errors.ts';
import { GoldenChecks } from '../../../services/inference/golden-checks.ts';
import type { GoldenState } from '../../../services/inference/golden-state.ts';
import type { ModelVersion, Readiness } from '../../../services/inference/pool/messages.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { imageManifest, tableManifest } from '../../support/manifests.ts';
import { testPool } from '../../support/test-app.ts';

const chest = {
  ...imageManifest,
  golden: [
    { input: 'clear.png', logit: -2 },
    { input: 'opacity.png', logit: 1.5 },
  ],
};
const rows = { ...tableManifest, golden: [{ input: [1, 2, 3], logit: 0.25 }] };
const minuteMs = 60_000;

type Engine = (model: ModelVersion, index: number) => number | Error;
const asEvaluated: Engine = ({ name }, index) =>
  (name === chest.name ? chest : rows).golden[index]!.logit;

function bench(candidates: Readiness['candidates'] = []) {
  const clock = manualClock();
  const told: string[] = [];
  const asked: string[] = [];
  let engine = asEvaluated;
  const pool = testPool({
    async golden(model, index) {
      asked.push(`${model.name} ${index}`);
      const answer = engine(model, index);
      if (answer instanceof Error) throw answer;
      checks.finished({
        task: 'golden',
        model,
        outcome: 'answered',
        refusal: null,
        queuedMs: 0,
        ranMs: 0,
      });
      return answer;
    },
  });
  const readiness = { ...pool.current.readiness!, models: [chest, rows], candidates };
  pool.current = { ...pool.current, readiness };
  const onChange = ({ name }: ModelVersion, state: GoldenState) => told.push(`${name} ${state}`);
  const checks = new GoldenChecks({ pool, clock, periodMs: minuteMs, onChange });
  checks.workerReady(readiness);
  const minutes = async (count: number) => {
    for (let minute = 0; minute < count; minute++) {
      clock.advance(minuteMs);
      await checks.round();
    }
  };
  const states = () => [checks.stateOf(chest), checks.stateOf(rows)];
  return { clock, checks, told, asked, states, minutes, become: (one: Engine) => (engine = one) };
}

const slow = () => new TransientError('too-slow', { found: 'F', why: 'W', remedy: 'R' });
const broken = () => new InputError('undecodable', { found: 'F', why: 'W', remedy: 'R' });

test('every golden input of every model is asked for, every minute', async () => {
  const { clock, checks, asked } = bench();
  checks.start();
  clock.advance(minuteMs - 1);
  expect(asked).toEqual([]);
  clock.advance(1);
  await new Promise(setImmediate);
  expect(asked).toEqual(['chest-test 0', 'chest-test 1', 'table-test 0']);
  clock.advance(minuteMs);
  await new Promise(setImmediate);
  expect(asked).toHaveLength(6);
  checks.stop();
  clock.advance(10 * minuteMs);
  expect(asked).toHaveLength(6);
});

describe('a model whose engine starts to answer otherwise', () => {
  const off =
    (delta: number): Engine =>
    (model, index) =>
      Number(asEvaluated(model, index)) + (model.name === chest.name && index === 1 ? delta : 0);

  test('drifts within one period, and the others do not', async () => {
    const { become, minutes, states, told, checks } = bench();
    become(off(2e-4));
    await minutes(1);
    expect(states()).toEqual(['drifting', 'good']);
    expect(told).toEqual(['chest-test drifting']);
    expect(checks.views()[0]!.delta).toBeCloseTo(2e-4, 9);
  });

  test('is good within the tolerance of the self-test, and drifts on no number at all', async () => {
    const { become, minutes, states } = bench();
    become(off(9e-5));
    await minutes(1);
    expect(states()).toEqual(['good', 'good']);
    become(off(Number.NaN));
    await minutes(1);
    expect(states()).toEqual(['drifting', 'good']);
  });

  test('is good again after two right checks in a row, not after one', async () => {
    const { become, minutes, states, told } = bench();
    become(off(1));
    await minutes(1);
    become(asEvaluated);
    await minutes(1);
    expect(states()).toEqual(['drifting', 'good']);
    become(off(1));
    await minutes(1);
    become(asEvaluated);
    await minutes(1);
    expect(states()).toEqual(['drifting', 'good']);
    await minutes(1);
    expect(states()).toEqual(['good', 'good']);
    expect(told).toEqual(['chest-test drifting', 'chest-test good']);
  });

  test('is not cleared by a new worker that passed its self-test', async () => {
    const { become, minutes, states, checks } = bench();
    become(off(1));
    await minutes(1);
    checks.workerReady({ ...testPool().current.readiness!, models: [chest, rows] });
    expect(states()).toEqual(['drifting', 'good']);
  });
});

describe('a model that is not checked', () => {
  const chestSays =
    (error: () => Error): Engine =>
    (model, index) =>
      model.name === chest.name ? error() : asEvaluated(model, index);

  test('is stale after three periods in which another was', async () => {
    const { become, minutes, states } = bench();
    become(chestSays(slow));
    await minutes(3);
    expect(states()).toEqual(['good', 'good']);
    await minutes(1);
    expect(states()).toEqual(['stale', 'good']);
    become(asEvaluated);
    await minutes(1);
    expect(states()).toEqual(['good', 'good']);
  });

  test('is stale when its checks fail, whatever the others do', async () => {
    const { become, minutes, states } = bench();
    become(broken);
    await minutes(4);
    expect(states()).toEqual(['stale', 'stale']);
  });

  test('is not stale on a machine too slow to answer anything', async () => {
    const { become, minutes, states, checks } = bench();
    become(slow);
    await minutes(30);
    expect(states()).toEqual(['good', 'good']);
    expect(checks.views()[0]!.ageMs).toBe(30 * minuteMs);
  });

  test('is stale when users are answered all the while', async () => {
    const { become, minutes, states, checks } = bench();
    become(slow);
    await minutes(4);
    checks.finished({
      task: 'read',
      model: rows,
      outcome: 'answered',
      refusal: null,
      queuedMs: 0,
      ranMs: 0,
    });
    expect(states()).toEqual(['stale', 'stale']);
  });
});

test('candidates are checked too, and what serves no more is forgotten', async () => {
  const manifest = { ...chest, version: '2.0.0' };
  const { minutes, asked, checks } = bench([{ manifest, role: 'shadow', share: 0 }]);
  await minutes(1);
  expect(asked).toHaveLength(5);
  expect(checks.views().map(({ version }) => version)).toEqual(['1.2.3', '1.2.3', '2.0.0']);
  checks.workerReady(testPool().current.readiness!);
  expect(checks.stateOf(manifest)).toBe('good');
});
