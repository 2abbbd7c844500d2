// Planted bugs in what rests on certificates, in flags, and in what is said without the control plane.
import type { PlantedBug } from './planted-bug.ts';

export const trustBugs: readonly PlantedBug[] = [
  {
    name: 'a peer is believed whoever its certificate says it is',
    file: 'failover/adapters/mutual-tls.ts',
    find: 'if (isSameIdentity(found, expected)) {',
    replace: 'if (found !== null) {',
  },
  {
    name: 'callers are let in without a certificate of the authority',
    file: 'failover/adapters/mutual-tls.ts',
    find: 'rejectUnauthorized: true,',
    replace: 'rejectUnauthorized: false,',
  },
  {
    name: 'an order is taken from whoever may fetch reports',
    file: 'failover/rights.ts',
    find: "vantage: ['GET /observation'],",
    replace: "vantage: ['GET /observation', 'POST /orders'],",
  },
  {
    name: 'an order is its whom the sender names',
    file: 'failover/api.ts',
    find: "callers.get(asked)?.name ?? ''",
    replace: 'String((asked.body as { actor?: string } | null)?.actor ?? callers.get(asked)?.name)',
  },
  {
    name: 'a connection that is kept outlives the certificate of the caller',
    file: 'failover/api.ts',
    find: 'if (caller !== null && wallMs >= caller.notAfterMs)',
    replace: 'if (caller !== null && wallMs >= caller.notAfterMs + 7_200_000)',
  },
  {
    name: 'a restore by hand brings back a region over which a flag stands',
    file: 'failover/core/raised-flags.ts',
    find: "return [...drains, ...orders.filter((o) => !('region' in o && flagged.has(o.region)))];",
    replace: 'return [...orders, ...drains];',
  },
  {
    name: 'the loss of the control plane is never said',
    file: 'failover/control-plane.ts',
    find: 'if (this.#failures !== failuresToLoss) return;',
    replace: 'if (this.#failures > 0) return;',
  },
  {
    name: 'the last flag takes the last region',
    file: 'local/flags.ts',
    find: 'if (states.includes(null)) return;',
    replace: 'if (states.length > 0) return;',
  },
];
