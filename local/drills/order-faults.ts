// Drills by order: a drain that the controllers carry out and that ends by itself, taken back early when the drill is over.
import type { OrderGiven } from '../../failover/order-desk.ts';
import type { ScheduledBlow } from './strikes.ts';

export function orderFaults(give: (order: OrderGiven) => Promise<void>) {
  const standing = new Map<string, number>();
  return {
    begin: async (drill: string, { target, forMs }: ScheduledBlow): Promise<void> => {
      const order = { region: target, reason: `drill ${drill}` };
      await give({ kind: 'drain', ...order, forMs });
      standing.set(target, performance.now() + forMs);
    },
    /** An order that has ended by itself needs no other: a restore would stand for as long as any drain could. */
    restore: async (): Promise<void> => {
      const left = [...standing].filter(([, untilMs]) => untilMs > performance.now());
      standing.clear();
      for (const [region] of left)
        await give({ kind: 'restore', region, reason: 'the drill is over', forMs: 0 });
    },
  };
}
