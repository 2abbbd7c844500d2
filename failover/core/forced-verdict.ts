// Marks what people decided: a region that is drained by order is down by force, for as long as the order stands.
import type { Order } from './orders.ts';
import type { Standing, Standings } from './standing.ts';

/**
 * | standing | drain order | verdict                                                  |
 * |----------|-------------|----------------------------------------------------------|
 * | drained  | stands      | down, forced, valid for as long as the order has left    |
 * | any      | otherwise   | that of the quorum, not forced                           |
 */
export function withForcedVerdicts(
  standings: Standings,
  orders: readonly Order[],
  nowMs: number,
): Standings {
  const forced = ([id, standing]: [string, Standing]): [string, Standing] => {
    const drain = orders.find((order) => order.kind === 'drain' && order.region === id);
    if (standing.kind !== 'drained' || drain === undefined) return [id, standing];
    const validForMs = drain.untilMs - nowMs;
    return [id, { ...standing, verdict: { kind: 'down', vantages: [], forced: true, validForMs } }];
  };
  return Object.fromEntries(Object.entries<Standing>(standings).map(forced));
}
