// The fleet of the testbed: the local fleet's shape and probes; only what a test would wait for in vain is quicker.
import { checkedFleet } from '../../fleet/check-fleet.ts';
import { fleetFor } from '../../fleet/environments.ts';
import { InputError } from '../../fleet/errors.ts';
import type { Fleet } from '../../fleet/fleet.ts';

/**
 * - `steady`: probes exactly as in production (1 s, 0.8 s, 3 misses), so that seconds to detect can be measured.
 * - `brisk`: a beat of 0.4 s, for tests that need many changes and no detection.
 */
export type Pace = 'steady' | 'brisk';

const paces: readonly string[] = ['steady', 'brisk'] satisfies readonly Pace[];

const isPace = (text: string): text is Pace => paces.includes(text);

export function paceFrom(text: string | undefined): Pace {
  if (text !== undefined && isPace(text)) return text;
  throw new InputError('wrong-setting', {
    found: `EVENKEEL_LAB_PACE is "${text ?? ''}"`,
    why: 'The programs of one testbed must agree on the fleet',
    remedy: `Use one of: ${paces.join(', ')}`,
  });
}

export function labFleet(pace: Pace): Fleet {
  const local = fleetFor('local');
  const steering: Fleet['steering'] = {
    ...local.steering,
    holdOffMs: 1_000,
    holdOffMsMax: 2_000,
    restoreStepMs: 1_000,
    // A suite makes more changes in ten minutes than a year of production: the budget has tests of its own.
    changesMax: 10_000,
    changesReservedForLeaving: 2,
  };
  const probe: Fleet['probe'] =
    pace === 'steady'
      ? { ...local.probe, goldenIntervalMs: 5_000 }
      : { ...local.probe, intervalMs: 400, timeoutMs: 350, connectTimeoutMs: 300 };
  return checkedFleet({ ...local, probe, steering });
}
