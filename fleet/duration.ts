// Durations as people write them: 90s, 2m, 1h.
import { InputError } from './errors.ts';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Reads `90s`, `2m`, `1h`, `500ms` or `1.5h` as milliseconds; `InputError` 'wrong-duration' outside (0, maxMs]. */
export function parseDurationMs(text: string, maxMs: number): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim()) ?? [];
  const durationMs = Number(amount) * (unitMs[unit as keyof typeof unitMs] ?? Number.NaN);
  if (durationMs > 0 && durationMs <= maxMs) return durationMs;
  throw new InputError('wrong-duration', {
    found: `"${text}" is not a duration between 1ms and ${formatDuration(maxMs)}`,
    why: 'Everything forced by hand must end by itself',
    remedy: 'Write a number and a unit, for example 90s, 2m or 1h',
  });
}

/** The shortest exact form: 90_000 is `90s`, 120_000 is `2m`. */
export function formatDuration(durationMs: number): string {
  const units = Object.entries(unitMs).toReversed();
  const [name, size] = units.find(([, ms]) => durationMs >= ms && durationMs % ms === 0) ?? [
    'ms',
    1,
  ];
  return `${durationMs / size}${name}`;
}
