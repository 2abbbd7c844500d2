// Watches how busy each region is, by what its machines say of their own workers, over the last minute or so.
import type { RegionId } from '../fleet/fleet.ts';
import type { Loads, RegionLoad } from './core/capacity.ts';
import type { RequestCounters } from './core/request-counters.ts';
import { utilisationBetween } from './core/work-counters.ts';
import type { WorkReading } from './core/work-counters.ts';

/** Two readings are compared that lie about so far apart; a machine that was last met longer ago tells nothing of now. */
const windowMs = 60_000;
const machinesMax = 256;

export class LoadWatch {
  /** Of each machine, the readings within the window and the last one before it, oldest first. */
  readonly #readings = new Map<RegionId, Map<string, readonly WorkReading[]>>();

  add(region: RegionId, met: readonly RequestCounters[], atMs: number): void {
    const machines = this.#readings.get(region) ?? new Map<string, readonly WorkReading[]>();
    this.#readings.set(region, machines);
    for (const { machine, work } of met) {
      if (work === undefined || (machines.size >= machinesMax && !machines.has(machine))) continue;
      const kept = [...(machines.get(machine) ?? []), { ...work, atMs }];
      const first = kept.findLastIndex((reading) => atMs - reading.atMs >= windowMs);
      machines.set(machine, kept.slice(Math.max(0, first)));
    }
  }

  /** Regions of which nothing is known now are left out. */
  loads(nowMs: number): Loads {
    return Object.fromEntries(
      [...this.#readings].flatMap(([region, machines]) => {
        const load = loadOf(machines, nowMs);
        return load === null ? [] : [[region, load] as const];
      }),
    );
  }
}

function loadOf(machines: Map<string, readonly WorkReading[]>, nowMs: number): RegionLoad | null {
  const utilisations: number[] = [];
  for (const [machine, readings] of machines) {
    const [last, first] = [readings.at(-1), readings[0]];
    if (last === undefined || first === undefined || nowMs - last.atMs > windowMs) {
      machines.delete(machine);
      continue;
    }
    const utilisation = utilisationBetween(first, last);
    if (utilisation !== null) utilisations.push(utilisation);
  }
  if (utilisations.length === 0) return null;
  const sum = utilisations.reduce((a, b) => a + b, 0);
  return { machines: utilisations.length, utilisation: sum / utilisations.length };
}
