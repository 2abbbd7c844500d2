// What is compared: our three vantages, and gdnsd as it comes, as near to ours as it can be set, and as eager as it can be.
import type { ProbePolicy } from '../../fleet/fleet.ts';
import { gdnsdIntervalMsMin } from './gdnsd-config.ts';
import type { GdnsdThresholds } from './gdnsd-rule.ts';

export const ours = 'evenkeel';

const gdnsdTimeoutMsMin = 1_000;

/** gdnsd.config(5), "SERVICE_TYPES". */
const gdnsdDefaults: GdnsdThresholds = {
  intervalMs: 10_000,
  timeoutMs: 5_000,
  upThresh: 20,
  okThresh: 10,
  downThresh: 10,
};

/** Our thresholds at the shortest interval and timeout it takes; one success forgives, as with ours. */
const gdnsdTuned = ({ failuresToDown, successesToUp }: ProbePolicy): GdnsdThresholds => ({
  intervalMs: gdnsdIntervalMsMin,
  timeoutMs: gdnsdTimeoutMsMin,
  upThresh: successesToUp,
  okThresh: 1,
  downThresh: failuresToDown,
});

/** One failure less than ours: what it takes to come near our detection with probes half as frequent. */
const gdnsdEager = (probe: ProbePolicy): GdnsdThresholds => ({
  ...gdnsdTuned(probe),
  downThresh: probe.failuresToDown - 1,
});

export const gdnsdArms = (probe: ProbePolicy): Readonly<Record<string, GdnsdThresholds>> => ({
  'gdnsd defaults': gdnsdDefaults,
  'gdnsd tuned': gdnsdTuned(probe),
  'gdnsd eager': gdnsdEager(probe),
});

/** It takes minutes to trust an address again, so it is started anew between rounds. */
export const slowArm = 'gdnsd defaults';
