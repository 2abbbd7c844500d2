// Which inputs are refused without another try.
import { expect, test } from '@jest/globals';
import type { Task } from '../../../../services/inference/pool/messages.ts';
import {
  PoisonedInputs,
  poisonedInputsMax,
} from '../../../../services/inference/pool/poisoned-inputs.ts';

const model = { name: 'm', version: '1.0.0' };
const read = (id: number): Task => ({
  kind: 'read',
  model,
  image: Uint8Array.of(id & 255, id >> 8),
});
const infer = (input: Float32Array): Task => ({ kind: 'infer', model, input, n: 1 });

test('the same bytes are known again, other bytes and other tasks are not', () => {
  const poisoned = new PoisonedInputs();
  expect(poisoned.has(read(1))).toBe(false);
  poisoned.add(read(1));
  expect(poisoned.has(read(1))).toBe(true);
  expect(poisoned.has(read(2))).toBe(false);
  expect(poisoned.has({ kind: 'preview', image: Uint8Array.of(1, 0) })).toBe(false);
});

test('a tensor counts by its own numbers, not by the buffer it lies in', () => {
  const poisoned = new PoisonedInputs();
  const buffer = Float32Array.of(1, 2, 3);
  poisoned.add(infer(buffer.subarray(1, 2)));
  expect(poisoned.has(infer(Float32Array.of(2)))).toBe(true);
  expect(poisoned.has(infer(buffer.subarray(0, 1)))).toBe(false);
});

test('beyond its limit the oldest is forgotten', () => {
  const poisoned = new PoisonedInputs();
  for (let id = 0; id < poisonedInputsMax; id++) poisoned.add(read(id));
  expect(poisoned.has(read(0))).toBe(true);
  poisoned.add(read(poisonedInputsMax));
  expect(poisoned.has(read(0))).toBe(false);
  expect(poisoned.has(read(1))).toBe(true);
});
