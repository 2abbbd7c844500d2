// The fleet of the testbed: the local fleet's shape and probes; only what a test would wait for in vain is quicker.
import { checkedFleet } from '../../fleet/check-fleet.ts';
import { fleetFor } from '../../fleet/environments.ts';
import { InputError } from '../../fleet/errors.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { parseStrategy } from '../../fleet/strategy-text.ts';

/**
 * - `steady`: probes exactly as in production (1 s, 0.8 s, 3 misses), so that seconds to detect can be measured.
 * - `brisk`: a beat of 0.4 s, for tests of what is written, not of how soon.
 * - `one-step`: as brisk; a drained region returns in one step, so that one order is one change, and no region is left
 *   because the machine is slow.
 */
export type Pace = 'steady' | 'brisk' | 'one-step';

const paces: readonly string[] = ['steady', 'brisk', 'one-step'] satisfies readonly Pace[];

const isPace = (text: string): text is Pace => paces.includes(text);

export function paceFrom(text: string | undefined): Pace {
  if (text !== undefined && isPace(text)) return text;
  throw new InputError('wrong-setting', {
    found: `EVENKEEL_LAB_PACE is "${text ?? ''}"`,
    why: 'The programs of one testbed must agree on the fleet',
    remedy: `Use one of: ${paces.join(', ')}`,
  });
}

/** As `EVENKEEL_LAB_STRATEGY` says, for example `hedge:1:1`; the fleet's own where it says nothing. */
export const strategyFrom = (text: string | undefined): Fleet['strategy'] =>
  text === undefined ? fleetFor('local').strategy : parseStrategy(text);

export function labFleet(pace: Pace): Fleet {
  const local = fleetFor('local');
  const restMs = pace === 'steady' ? 1_000 : 400;
  const steering: Fleet['steering'] = {
    ...local.steering,
    ...(pace === 'one-step' ? { restoreSteps: [1] } : {}),
    holdOffMs: 1_000,
    holdOffMsMax: 2_000,
    restoreStepMs: restMs,
    safetyRules: local.steering.safetyRules.map((rule) =>
      rule.kind === 'wait' ? { ...rule, waitMs: restMs } : rule,
    ),
    // A suite makes more changes in ten minutes than a year of production: the budget has tests of its own.
    changesMax: 10_000,
    changesReservedForLeaving: 2,
  };
  return checkedFleet({ ...local, probe: probeAt(pace, local.probe), steering });
}

function probeAt(pace: Pace, probe: Fleet['probe']): Fleet['probe'] {
  const { grey } = probe;
  if (pace === 'steady')
    return { ...probe, goldenIntervalMs: 5_000, grey: { ...grey, windowMs: 20_000 } };
  const quick = { ...probe, intervalMs: 400, timeoutMs: 350, connectTimeoutMs: 300 };
  if (pace === 'brisk') return quick;
  return {
    ...quick,
    failuresToDown: 25,
    successesToUp: 25,
    lossy: { failures: 30, of: 31, failuresToUp: 20 },
    grey: { ...grey, errorShareMax: 0.99 },
  };
}
