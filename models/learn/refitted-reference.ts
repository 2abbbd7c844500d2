// What the readings of a refitted model are held against: its own logits, and what its gate says, which no head changes. Pure.
import type { InputReference } from '../drift/stability.ts';
import { readingsMin, referenceOf } from '../drift/stability.ts';

/** One count stands for all bins: the smaller of the two, so that none seems surer than it is. Undefined where no bins are left. */
export function refittedReference(
  incumbent: InputReference | undefined,
  validationLogits: Float64Array,
): InputReference | undefined {
  const ofGate = (incumbent?.bins ?? []).filter(({ of }) => of !== 'logit');
  const kept =
    incumbent === undefined || ofGate.length === 0 ? [] : [{ ...incumbent, bins: ofGate }];
  // Of fewer the index would be noise, and an alarm on noise is worse than none.
  const isEnough = validationLogits.length >= readingsMin;
  const parts = isEnough ? [referenceOf({ logit: validationLogits }), ...kept] : kept;
  if (parts.length === 0) return undefined;
  return {
    readings: Math.min(...parts.map(({ readings }) => readings)),
    bins: parts.flatMap(({ bins }) => bins),
  };
}
