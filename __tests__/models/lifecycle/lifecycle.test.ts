// The life of a model's versions, as its truth table says.
import { describe, expect, test } from '@jest/globals';
import type { ModelLife, Transition } from '../../../models/lifecycle/lifecycle.ts';
import { productionOf, stageOf, step, unborn } from '../../../models/lifecycle/lifecycle.ts';
import { pointerOf } from '../../../models/lifecycle/pointer.ts';

const sha = 'a'.repeat(64);
const publish = (version: string): Transition => ({
  kind: 'publish',
  version,
  manifestSha256: sha,
});
const gate = (
  version: string,
  incumbent: string | null,
  verdict: 'pass' | 'held' | 'fail' = 'pass',
): Transition => ({ kind: 'gate', version, incumbent, verdict, reportSha256: sha });
const promote = (
  version: string,
  to: 'shadow' | 'canary' | 'production',
  rest: { readonly share?: number; readonly approvals?: readonly string[] } = {},
): Transition => ({ kind: 'promote', version, to, approvals: [], ...rest });
const rollback = (version: string): Transition => ({ kind: 'rollback', version });

const after = (...transitions: readonly Transition[]): ModelLife =>
  transitions.reduce(step, unborn);

const serving: readonly Transition[] = [{ kind: 'adopt', version: '1.0.0', manifestSha256: sha }];
const cleared = [...serving, publish('1.1.0'), gate('1.1.0', '1.0.0')];
const inShadow = [...cleared, promote('1.1.0', 'shadow')];
const asCanary = [...inShadow, promote('1.1.0', 'canary', { share: 0.05 })];
const replaced = [...asCanary, promote('1.1.0', 'production')];

test('a version goes from draft to production by way of every stage, and retires what was there', () => {
  const life = after(...replaced);
  expect(stageOf(life, '1.1.0')).toBe('production');
  expect(stageOf(life, '1.0.0')).toBe('retired');
  expect(pointerOf(life, sha)).toEqual({
    formatVersion: 1,
    production: '1.1.0',
    previous: '1.0.0',
    canary: null,
    shadow: null,
    history: sha,
  });
});

test('on its way the pointer says who reads along and who reads a share', () => {
  expect(pointerOf(after(...inShadow), sha)).toMatchObject({
    production: '1.0.0',
    shadow: '1.1.0',
    canary: null,
  });
  expect(pointerOf(after(...asCanary), sha)).toMatchObject({
    production: '1.0.0',
    shadow: null,
    canary: { version: '1.1.0', share: 0.05 },
  });
});

describe('a rollback', () => {
  test('of production brings back what served before', () => {
    const life = after(...replaced, rollback('1.1.0'));
    expect(productionOf(life)).toBe('1.0.0');
    expect(stageOf(life, '1.1.0')).toBe('retired');
    expect(pointerOf(life, sha).previous).toBeNull();
  });

  test('of a canary leaves production alone', () => {
    const life = after(...asCanary, rollback('1.1.0'));
    expect(pointerOf(life, sha)).toMatchObject({ production: '1.0.0', canary: null });
    expect(stageOf(life, '1.1.0')).toBe('retired');
  });

  test('of the first version is refused: there is nothing to go back to', () => {
    expect(() => after(...serving, rollback('1.0.0'))).toThrow(
      expect.objectContaining({ code: 'wrong-stage' }),
    );
  });
});

describe.each<[string, readonly Transition[], string]>([
  ['a draft', serving, 'draft'],
  ['a candidate', cleared, 'candidate'],
  ['a shadow', inShadow, 'shadow'],
  ['a canary', asCanary, 'canary'],
  ['production', replaced, 'production'],
  ['a retired version', [...replaced, rollback('1.1.0')], 'retired'],
])('%s', (_, before, stage) => {
  const version = '1.1.0';
  const steps: readonly (readonly [string, Transition, readonly string[]])[] = [
    ['published', publish(version), ['draft']],
    ['judged', gate(version, '1.0.0'), ['candidate']],
    ['put in shadow', promote(version, 'shadow'), ['candidate']],
    ['made a canary', promote(version, 'canary', { share: 0.1 }), ['shadow', 'canary']],
    ['put in production', promote(version, 'production'), ['canary']],
    ['rolled back', rollback(version), ['candidate', 'shadow', 'canary', 'production']],
    ['adopted', { kind: 'adopt', version, manifestSha256: sha }, []],
  ];
  test.each(steps)('can be %s only in its stages', (__, transition, allowed) => {
    const life = after(...before);
    expect(stageOf(life, version)).toBe(stage);
    if (allowed.includes(stage)) expect(() => step(life, transition)).not.toThrow();
    else
      expect(() => step(life, transition)).toThrow(
        expect.objectContaining({ code: 'wrong-stage' }),
      );
  });
});

describe('a candidate meets patients', () => {
  test.each<[string, readonly Transition[]]>([
    ['without a gate', []],
    ['after a gate that refused it', [gate('1.1.0', '1.0.0', 'fail')]],
    ['after a gate against something else than what serves', [gate('1.1.0', '0.9.0')]],
    [
      'after a pass that a later gate took back',
      [gate('1.1.0', '1.0.0'), gate('1.1.0', '1.0.0', 'fail')],
    ],
  ])('never %s', (_, gates) => {
    const steps = [...serving, publish('1.1.0'), ...gates, promote('1.1.0', 'shadow')];
    expect(() => after(...steps)).toThrow(expect.objectContaining({ code: 'gate-not-passed' }));
  });

  test.each([
    [[], false],
    [['A. Noether'], false],
    [['A. Noether', ' a. noether '], false],
    [['A. Noether', 'E. Artin'], true],
  ])('when it is held, with the approvals %j: %s', (approvals, isAllowed) => {
    const held = [...serving, publish('1.1.0'), gate('1.1.0', '1.0.0', 'held')];
    const wanted = () => after(...held, promote('1.1.0', 'shadow', { approvals }));
    if (isAllowed) expect(stageOf(wanted(), '1.1.0')).toBe('shadow');
    else expect(wanted).toThrow(expect.objectContaining({ code: 'approvals-missing' }));
  });

  test('one at a time in shadow', () => {
    const second = [publish('1.2.0'), gate('1.2.0', '1.0.0'), promote('1.2.0', 'shadow')];
    expect(() => after(...inShadow, ...second)).toThrow('1.1.0 is in stage shadow');
  });

  test('as the first of its name with two approvals, straight into production', () => {
    const first = [publish('0.1.0'), gate('0.1.0', null, 'held')];
    const approvals = ['A. Noether', 'E. Artin'];
    const life = after(...first, promote('0.1.0', 'production', { approvals }));
    expect(productionOf(life)).toBe('0.1.0');
  });

  test.each([undefined, 0, 1, Number.NaN])('as a canary with the share %s never', (share) => {
    const given = share === undefined ? {} : { share };
    expect(() => after(...inShadow, promote('1.1.0', 'canary', given))).toThrow('A canary');
  });
});
