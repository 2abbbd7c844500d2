// Remembers the inputs that ended two workers, by fingerprint: one hostile sender cannot keep the crash breaker open.
import { createHash } from 'node:crypto';
import type { Task } from './messages.ts';

/** Enough to stop a sender, small enough to hold (44 characters each). */
export const poisonedInputsMax = 1_024;

export class PoisonedInputs {
  readonly #fingerprints = new Set<string>();

  add(task: Task): void {
    const [oldest] = this.#fingerprints;
    if (oldest !== undefined && this.#fingerprints.size >= poisonedInputsMax)
      this.#fingerprints.delete(oldest);
    this.#fingerprints.add(fingerprint(task));
  }

  has(task: Task): boolean {
    return this.#fingerprints.size > 0 && this.#fingerprints.has(fingerprint(task));
  }
}

function fingerprint(task: Task): string {
  const hash = createHash('sha256').update(task.kind).update('\0');
  if (task.kind === 'golden')
    return hash.update(`${task.model.name} ${task.model.version} ${task.index}`).digest('base64');
  if (task.kind !== 'infer') return hash.update(task.image).digest('base64');
  const { buffer, byteOffset, byteLength } = task.input;
  return hash.update(new Uint8Array(buffer, byteOffset, byteLength)).digest('base64');
}
