// Reads what a machine says at /metrics of its workers: how many there are, and how long they have been busy altogether.
import type { WorkCounters } from '../core/work-counters.ts';

const linesMax = 20_000;
const sample =
  /^(inference_duration_seconds_sum|inference_workers_live)(?:\{(.*)\})? ([0-9.e+-]+)$/;
const machineLabel = /(?:^|,)machine="((?:[^"\\]|\\.)*)"/;

/** By machine; those that do not say both are left out. A fresh machine has run nothing, and counts from zero. */
export function workCountersIn(text: string): ReadonlyMap<string, WorkCounters> {
  const busy = new Map<string, number>();
  const workers = new Map<string, number>();
  for (const line of text.split('\n', linesMax)) {
    const [, name, labels = '', number = ''] = sample.exec(line) ?? [];
    const value = Number(number);
    if (name === undefined || !(Number.isFinite(value) && value >= 0)) continue;
    const machine = machineLabel.exec(labels)?.[1] ?? '';
    if (name === 'inference_workers_live') workers.set(machine, value);
    else busy.set(machine, (busy.get(machine) ?? 0) + value);
  }
  return new Map(
    [...workers].map(([machine, count]) => [
      machine,
      { workers: count, busySeconds: busy.get(machine) ?? 0 },
    ]),
  );
}
