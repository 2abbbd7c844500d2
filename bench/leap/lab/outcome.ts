// What a kill meant to one client behind one cache, from its requests and from what the cache told: pure, no clock.
import type { Told } from './clients/cache-lookup.ts';
import type { Sent } from './clients/clinic.ts';

export interface Window {
  readonly killedAtMs: number;
  readonly untilMs: number;
  /** When the zone's server first answered with the rewritten record; null where nobody rewrote it. */
  readonly publishedAtMs: number | null;
  readonly deadAddresses: readonly string[];
}

export interface Outcome {
  readonly downtimeMs: number;
  readonly requests: number;
  readonly failed: number;
  readonly firstAddressAliveShare: number;
  readonly zeroDowntime: boolean;
}

/** A request stands for the time until the next one of its client is begun, and the last one for what is left. */
export function outcomeOf(sent: readonly Sent[], told: readonly Told[], window: Window): Outcome {
  const within = sent.filter(({ at }) => at >= window.killedAtMs && at < window.untilMs);
  const downtimeMs = within.reduce(
    (sum, { at, ok }, i) => (ok ? sum : sum + (within[i + 1]?.at ?? window.untilMs) - at),
    0,
  );
  const failed = within.filter(({ ok }) => !ok).length;
  return {
    downtimeMs,
    requests: within.length,
    failed,
    firstAddressAliveShare: aliveShare(told, window),
    zeroDowntime: downtimeMs === 0,
  };
}

/**
 * Of the answers from the kill on that the rewrite had not reached yet, how many began with a live address. A cache that has
 * once told of the dead region had not been reached until then, whatever it told in between.
 */
function aliveShare(told: readonly Told[], window: Window): number {
  const { killedAtMs, untilMs, publishedAtMs, deadAddresses } = window;
  const answers = told.filter(
    ({ at, addresses }) => at >= killedAtMs && at < untilMs && addresses.length > 0,
  );
  const isDead = (address: string | undefined) =>
    address !== undefined && deadAddresses.includes(address);
  const lastDeadAt = answers.findLast(({ addresses }) => addresses.some(isDead))?.at ?? 0;
  const untilRewritten = Math.max(publishedAtMs ?? untilMs, lastDeadAt);
  const before = answers.filter(({ at }) => at <= untilRewritten);
  if (before.length === 0) return 1;
  return before.filter(({ addresses: [first] }) => !isDead(first)).length / before.length;
}
