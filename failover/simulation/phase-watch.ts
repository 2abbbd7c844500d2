// Follows the phase of each region as each vantage has it, and says when one follows another that it cannot follow.
import type { Controller } from '../controller.ts';
import type { Phase } from '../core/phase.ts';
import { mayFollow } from '../core/phase-changes.ts';

interface Seen {
  readonly controller: Controller;
  readonly atMs: number;
  readonly term: number;
  readonly phases: Readonly<Record<string, Phase>>;
}

/** Whoever slept for longer may wake up to anything. */
const beatMsMax = 2_500;

export class PhaseWatch {
  readonly #last = new Map<string, Seen>();
  /** How often each phase has followed each other one: `HEALTHY > SUSPECT`. */
  readonly counts = new Map<string, number>();

  /** Once a beat and vantage; what cannot be, in words. */
  look(controller: Controller): readonly string[] {
    const { vantage } = controller.settings;
    const { decision, atMs } = controller.beat;
    const last = this.#last.get(vantage);
    if (decision === null || last?.atMs === atMs) return [];
    const term = decision.state.term ?? 0;
    this.#last.set(vantage, { controller, atMs, term, phases: decision.phases });
    if (last === undefined || last.controller !== controller) return [];
    if (atMs - last.atMs > beatMsMax || term > last.term + 1) return [];
    return Object.entries<Phase>(decision.phases).flatMap(([region, to]) => {
      const from = last.phases[region];
      if (from === undefined || from === to) return [];
      this.counts.set(`${from} > ${to}`, (this.counts.get(`${from} > ${to}`) ?? 0) + 1);
      return mayFollow(from, to) ? [] : [`${region} went from ${from} to ${to} at ${vantage}`];
    });
  }
}
