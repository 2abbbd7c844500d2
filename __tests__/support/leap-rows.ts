// Rows of the experiment for tests of its report: one user each, told by what matters.
import type { Row } from '../../bench/leap/row.ts';

const usual: Row = {
  arm: 'single',
  resolver: 'unbound',
  client: 'first',
  ttlSeconds: 10,
  region: 'aws-paris',
  killedAtMs: 1,
  cache: 'unbound#1',
  downtimeMs: 0,
  requests: 40,
  failed: 0,
  firstAddressAliveShare: 0,
  zeroDowntime: true,
};

/** One user who lost so many seconds. */
export const leapRow = (downtimeSeconds: number, change: Partial<Row> = {}): Row => ({
  ...usual,
  downtimeMs: 1_000 * downtimeSeconds,
  failed: Math.ceil(downtimeSeconds),
  zeroDowntime: downtimeSeconds === 0,
  ...change,
});
