// What is left of the incumbent's reference after another head, and what is made anew.
import { expect, test } from '@jest/globals';
import { referenceOf } from '../../../models/drift/stability.ts';
import { refittedReference } from '../../../models/learn/refitted-reference.ts';

const ramp = (count: number, scale: number) =>
  Float64Array.from({ length: count }, (_, i) => i * scale);
const incumbent = referenceOf({
  logit: ramp(736, 1),
  margin: ramp(736, 2),
  distance: ramp(736, 3),
});
const [ownLogit, ...ofGate] = incumbent.bins;

test('the logits are those of the new head, and what the gate says stays', () => {
  const after = refittedReference(incumbent, ramp(300, -5));
  expect(after).toEqual({
    readings: 300,
    bins: [...referenceOf({ logit: ramp(300, -5) }).bins, ...ofGate],
  });
  expect(after!.bins[0]).not.toEqual(ownLogit);
});

test('of fewer logits than an index can be told from noise with, none is kept, the old ones least of all', () => {
  expect(refittedReference(incumbent, ramp(199, 1))).toEqual({ readings: 736, bins: ofGate });
  const ungated = referenceOf({ logit: ramp(736, 1) });
  expect(refittedReference(ungated, ramp(199, 1))).toBeUndefined();
});

test('an incumbent without one gets its own where there are rows enough', () => {
  expect(refittedReference(undefined, ramp(200, 1))).toEqual(referenceOf({ logit: ramp(200, 1) }));
});
