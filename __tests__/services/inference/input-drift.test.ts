// What is shown of the latest readings: counts only, absent where there is nothing to compare with.
import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { readingsMin, referenceOf } from '../../../models/drift/stability.ts';
import { InputDrift, observeDrift, windowMax } from '../../../services/inference/input-drift.ts';
import { imageManifest } from '../../support/manifests.ts';

const logits = Float64Array.from({ length: 100 }, (_, i) => i / 100);
const withReference = { ...imageManifest, reference: referenceOf({ logit: logits }) };

function fed(
  manifest: typeof imageManifest,
  readings: number,
  logitOf = (i: number) => (i % 100) / 100,
) {
  const drift = new InputDrift();
  for (let i = 0; i < readings; i++)
    drift.read(manifest, { logit: logitOf(i), decision: i % 4 === 0 ? 'unsure' : 'normal' });
  return drift;
}

test('readings like the reference have an index near 0, and others a large one', () => {
  const [[feature, same] = []] = fed(withReference, 400).views()[0]!.psi;
  expect(feature).toBe('logit');
  expect(same).toBeLessThan(0.01);
  expect(fed(withReference, 400, () => 0.95).views()[0]!.psi[0]![1]).toBeGreaterThan(1);
});

test('there is no index without a reference, nor of a few readings', () => {
  expect(fed(imageManifest, 400).views()[0]!.psi).toEqual([]);
  expect(fed(withReference, readingsMin - 1).views()[0]!.psi).toEqual([]);
  expect(fed(withReference, readingsMin).views()[0]!.psi).toHaveLength(1);
});

test('the ratios are of the latest films, and older ones make room', () => {
  const drift = fed(imageManifest, 300);
  for (let i = 0; i < 100; i++) drift.refused(imageManifest);
  expect(drift.views()).toMatchObject([
    { readings: 400, refusalRatio: 0.25, abstentionRatio: 0.25 },
  ]);
  for (let i = 0; i < windowMax; i++) drift.read(imageManifest, { logit: 0, decision: 'normal' });
  expect(drift.views()).toMatchObject([
    { readings: windowMax, refusalRatio: 0, abstentionRatio: 0 },
  ]);
});

test('a version that serves no more is shown no more', () => {
  const drift = fed(imageManifest, 1);
  drift.keepOnly([{ ...imageManifest, version: '2.0.0' }]);
  expect(drift.views()).toEqual([]);
});

test('what Prometheus reads has no series of what is not known', async () => {
  const registry = new Registry();
  const drift = new InputDrift();
  drift.refused(imageManifest);
  observeDrift(registry, drift);
  const text = await registry.metrics();
  expect(text).toContain('evenkeel_model_refusal_ratio{model="chest-test",version="1.2.3"} 1');
  expect(text).not.toMatch(/^evenkeel_model_(input_psi|abstention_ratio)\{/m);
});
