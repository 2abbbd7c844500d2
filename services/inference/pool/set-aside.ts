// Versions on probation that ended a worker: once is enough, and until the models change they get no more work.
import type { Job } from './job.ts';
import { candidateFailed } from './job.ts';
import { isSameModel } from './messages.ts';
import type { ModelVersion } from './messages.ts';
import type { Slot } from './slot.ts';
import { modelOf } from './slot.ts';

export class SetAside {
  #models: readonly ModelVersion[] = [];

  get models(): readonly ModelVersion[] {
    return this.#models;
  }

  forget(): void {
    this.#models = [];
  }

  /** The candidate that the slot ran when it ended. */
  add(slot: Slot, job: Job): void {
    const model = modelOf(job.task);
    slot.cause = 'candidate';
    slot.fault = model === null ? null : `${model.name} ${model.version} ended its worker`;
    const isKnown = this.#models.some((one) => model !== null && isSameModel(one, model));
    if (model !== null && !isKnown) this.#models = [...this.#models, model];
    job.reject(candidateFailed());
  }
}
