// One of each strategy, as the experiments use them.
import type { Strategy } from '../../fleet/fleet.ts';

export const strategies: readonly Strategy[] = [
  { kind: 'single' },
  { kind: 'failover' },
  { kind: 'weighted' },
  { kind: 'hedge', own: 1, standby: 1 },
  { kind: 'duplicate-sets', copies: 2 },
  { kind: 'multi', standbyAddresses: 2 },
  { kind: 'literal', copies: 2 },
  { kind: 'widen', ttlSeconds: 2 },
];

export const strategy = (kind: Strategy['kind']): Strategy =>
  strategies.find((s) => s.kind === kind)!;
