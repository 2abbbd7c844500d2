// Who is at fault: the truth table of failover/core/reach.ts.
import { expect, test } from '@jest/globals';
import { faultOf } from '../../../failover/core/reach.ts';
import type { Reach } from '../../../failover/core/reach.ts';

test.each([
  ['refused', null, 'service'],
  ['reset', null, 'service'],
  ['tls', null, 'service'],
  ['status', 'timeout', 'service'],
  ['wrong-answer', null, 'service'],
  ['timeout', 'connected', 'service'],
  ['timeout', 'refused', 'service'],
  ['timeout', 'reset', 'service'],
  ['unreachable', 'connected', 'service'],
  ['timeout', 'timeout', 'network'],
  ['timeout', 'unreachable', 'network'],
  ['unreachable', 'unreachable', 'network'],
  ['timeout', null, 'unclear'],
  ['unreachable', null, 'unclear'],
] as const)('readiness failed by %s, a bare connection by %s: %s', (failure, reach, fault) => {
  expect(faultOf(failure, reach satisfies Reach | null)).toBe(fault);
});
