// Where a region fails: whether its host can be reached at all, from how its service failed and what a bare connection met.
import type { ProbeFailure } from '../../fleet/health.ts';

/** `connected` or how connecting failed. */
export type Reach = 'connected' | ProbeFailure;

export type Fault = 'service' | 'network' | 'unclear';

/** A reply of any kind came from somewhere near the host: a refusal is one, silence is none. */
const isReply = (reach: Reach | null) =>
  reach !== null && reach !== 'timeout' && reach !== 'unreachable';

/**
 * | readiness failed by                          | a bare TCP connection     | at fault                             |
 * |----------------------------------------------|---------------------------|--------------------------------------|
 * | refused, reset, tls, status or wrong-answer  | any, or not tried yet     | service: something answered for it   |
 * | timeout or unreachable                       | connected, refused, reset | service: its host can be reached     |
 * | timeout or unreachable                       | timeout, unreachable      | network, or the whole host           |
 * | timeout or unreachable                       | not tried yet             | unclear                              |
 *
 * It explains a failure and decides nothing: a host that takes connections may have nobody behind it.
 */
export function faultOf(readiness: ProbeFailure, tcp: Reach | null): Fault {
  if (isReply(readiness) || isReply(tcp)) return 'service';
  return tcp === null ? 'unclear' : 'network';
}
