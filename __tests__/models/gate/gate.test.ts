// The gate: equal is let through, worse is not, too little data shows nothing, and what figures cannot say is held for people.
import { describe, expect, test } from '@jest/globals';
import type { BundleManifest } from '../../../models/bundle/manifest.ts';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import {
  breakingChanges,
  compatibilityChecks,
  newCapabilities,
} from '../../../models/gate/compatibility.ts';
import { renderReport } from '../../../models/gate/gate-report.ts';
import type { Evidence } from '../../../models/gate/judge.ts';
import { judge } from '../../../models/gate/judge.ts';
import { pairedDifferences, rankedSensitivity } from '../../../models/gate/paired.ts';
import {
  answering,
  drawn,
  evidence,
  floors,
  manifest,
  newer,
  outcomes,
  setSha256,
  settings,
} from '../../support/gate-evidence.ts';

describe('against an incumbent', () => {
  test('a candidate that answers alike passes, with differences of exactly nothing', () => {
    const report = judge(evidence(300), settings);
    expect(report.verdict).toBe('pass');
    for (const { name, measured } of report.checks)
      if (name.endsWith('difference') && typeof measured === 'object')
        expect(measured).toEqual({ value: 0, low: 0, high: 0 });
    expect(renderReport(report)).toContain('# Gate: hip 1.1.0, against 1.0.0: pass');
  });

  test('a candidate that is worse everywhere fails', () => {
    const { logits, ...rows } = drawn(300);
    const other = drawn(300, 2).logits;
    const blurred = logits.map((logit, row) => 0.3 * logit + 0.9 * (other[row ^ 2] ?? 0));
    const given = evidence(300, { ...rows, candidate: answering(newer, blurred) });
    expect(outcomes(given)).toMatchObject({
      'AUROC, difference': 'fail',
      'Accuracy, difference': 'fail',
    });
    expect(judge(given, settings).verdict).toBe('fail');
  });

  test('a loss that one subgroup pays for fails, though the mean hides it', () => {
    const { logits } = drawn(600);
    const group = logits.map((_, row) => Number((row >> 2) % 4 === 0));
    const sublabels = Array.from(group, (is) => (is === 1 ? 'rare' : 'common'));
    const { labels } = drawn(600);
    // The rare group is read worse by a flip of one in five, the common one better by far.
    const candidate = logits.map((logit, row) => {
      if (group[row] === 1) return row % 10 < 2 ? -logit : logit;
      return logit + (labels[row] === 1 ? 1 : -1);
    });
    const found = outcomes(evidence(600, { sublabels, candidate: answering(newer, candidate) }));
    expect(found).toMatchObject({
      'AUROC, difference': 'pass',
      'Accuracy, difference': 'pass',
      'common: accuracy, difference': 'pass',
      'rare: accuracy, difference': 'fail',
    });
  });

  test('a difference that a small set cannot rule out is not shown, and so not passed', () => {
    const { logits } = drawn(12);
    const erringAt = (wrong: number) =>
      logits.map((logit, row) => (row === wrong ? -logit : logit));
    const candidate = answering(newer, erringAt(0));
    const incumbent = answering(manifest, erringAt(4));
    const report = judge(evidence(12, { candidate, incumbent }), settings);
    expect(report.verdict).toBe('fail');
    expect(report.checks.map(({ said }) => said).join()).toContain('the set is too small');
  });

  test('subgroups of few patients are reported and decide nothing', () => {
    const sublabels = drawn(300).patients.map((_, row) => (row < 20 ? 'few' : 'many'));
    const { logits } = drawn(300);
    const candidate = logits.map((logit, row) => (row < 20 ? -logit : logit));
    const found = outcomes(evidence(300, { sublabels, candidate: answering(newer, candidate) }));
    expect(found['few: accuracy, difference']).toBe('reported');
    expect(found['many: accuracy, difference']).toBe('pass');
  });

  test('a subgroup of one class is told from everybody of the other', () => {
    const { labels } = drawn(300);
    const sublabels = Array.from(labels, (label) => (label === 1 ? 'displaced' : 'none'));
    expect(outcomes(evidence(300, { sublabels }))).toMatchObject({
      'displaced: AUROC, difference': 'pass',
      'none: AUROC, difference': 'pass',
    });
  });

  test.each<[string, Partial<Evidence>, string]>([
    [
      'probabilities that mean less',
      {
        candidate: answering(
          { ...newer, calibration: { slope: 0.3, intercept: 0 } },
          drawn(300).logits,
        ),
      },
      'Expected calibration error, difference',
    ],
    ['a slower run', { latencyRatio: 1.3 }, 'Latency, ratio'],
    ['more memory', { memoryRatio: 1.3 }, 'Memory, ratio'],
    [
      'an engine that answers otherwise',
      { golden: [{ engine: 'tfjs', refused: 'gives logit 3 instead of 2' }] },
      'Golden answers on tfjs',
    ],
  ])('%s fails', (_, changes, check) => {
    const given = evidence(300, changes);
    expect(outcomes(given)[check]).toBe('fail');
    expect(judge(given, settings).verdict).toBe('fail');
  });
});

describe('the first of its name', () => {
  const validation = { setSha256, floors };
  const first = (given: BundleManifest) =>
    judge(
      evidence(300, {
        candidate: answering(given, drawn(300).logits),
        incumbent: null,
        latencyRatio: null,
        memoryRatio: null,
      }),
      settings,
    );

  test('is held for two people when it reaches its floors', () => {
    expect(first({ ...newer, validation })).toMatchObject({ verdict: 'held', incumbent: null });
  });

  test.each<[string, BundleManifest]>([
    [
      'it misses one of them',
      { ...newer, validation: { setSha256, floors: { ...floors, auroc: 0.999 } } },
    ],
    ['it names none', newer],
    [
      'its floors are for another set',
      { ...newer, validation: { ...validation, setSha256: 'd'.repeat(64) } },
    ],
  ])('fails when %s', (_, given) => {
    expect(first(given).verdict).toBe('fail');
  });
});

describe('what callers rely on', () => {
  const graded = { ...newer, outputs: { ...newer.outputs, features: 'features' } };

  test('does not change with the weights', () => {
    expect(breakingChanges(newer, manifest)).toEqual([]);
    expect(newCapabilities(newer, manifest)).toEqual([]);
  });

  test.each<[string, BundleManifest]>([
    ['label', { ...newer, label: 'crack' }],
    ['task', { ...newer, task: 'hip-crack' }],
    ['input tensor', { ...newer, input: { kind: 'table', tensor: 'x', columns: ['a', 'b'] } }],
    ['input shape', { ...newer, input: { kind: 'table', tensor: 'rows', columns: ['b', 'a'] } }],
    ['output logit', { ...newer, outputs: { logit: 'score' } }],
  ])('breaks with another %s, which is held', (what, changed) => {
    expect(breakingChanges(changed, manifest).join()).toContain(what);
    const [schema] = compatibilityChecks(changed, manifest, setSha256);
    expect(schema!.outcome).toBe('held');
  });

  test('breaks when an output is gone, and not when one is new', () => {
    expect(breakingChanges(manifest, graded)).toEqual([
      'output features: "features" becomes "(gone)"',
    ]);
    expect(breakingChanges(graded, manifest)).toEqual([]);
  });

  test.each<[string, string | undefined, string | undefined, string]>([
    ['no validation set', undefined, undefined, 'held'],
    ['the incumbent\u2019s validation set', setSha256, setSha256, 'held'],
    ['a set that was not the one measured', 'e'.repeat(64), undefined, 'held'],
    ['a validation set of its own', setSha256, 'e'.repeat(64), 'pass'],
  ])('a new capability with %s', (_, own, before, outcome) => {
    const withSet = (given: BundleManifest, sha?: string) =>
      sha === undefined ? given : { ...given, validation: { setSha256: sha, floors } };
    const checks = compatibilityChecks(withSet(graded, own), withSet(manifest, before), setSha256);
    expect(checks.find(({ name }) => name === 'Capabilities')?.outcome).toBe(outcome);
  });
});

describe('paired differences', () => {
  test('are narrower than two intervals side by side, because both read the same patients', () => {
    const { labels, patients, logits } = drawn(200);
    const noise = seededRandom(3);
    const scores = (values: Float64Array) => ({ probabilities: values, threshold: 0 });
    const close = logits.map((logit) => logit + 0.1 * (noise() - 0.5));
    const { auroc } = pairedDifferences(
      { labels, patients, candidate: scores(close), incumbent: scores(logits) },
      settings,
    );
    expect(auroc.high - auroc.low).toBeLessThan(0.01);
    expect(auroc.low).toBeLessThanOrEqual(auroc.value);
    expect(auroc.high).toBeGreaterThanOrEqual(auroc.value);
  });

  test.each([
    [0, 1 / 3],
    [1 / 3, 2 / 3],
    [1 / 6, 1 / 2],
    [1, 1],
  ])('the ROC curve at a false positive rate of %d is %d high', (rate, height) => {
    // From the top: positive, then a positive tied with a negative, a negative, a positive, a negative.
    const scores = Float64Array.of(0.9, 0.7, 0.7, 0.5, 0.4, 0.1);
    const labels = Uint8Array.of(1, 1, 0, 0, 1, 0);
    const weights = new Float64Array(6).fill(1);
    expect(rankedSensitivity(scores, labels)(weights, rate)).toBeCloseTo(height, 12);
  });
});
