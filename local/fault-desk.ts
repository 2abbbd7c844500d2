// Inflicts the faults of one drill at a time, and ends each by itself: when its time is up, or when nobody watches any more.
import { InputError } from '../fleet/errors.ts';
import { isBalancerFault, parseFaultKind, parseVantageFaultKind } from './faults.ts';
import type { FaultKind, VantageFaultKind } from './faults.ts';
import { beginFault, endFault } from './process-faults.ts';
import type { Crew } from './process-faults.ts';
import { severedPlaces } from './severed-places.ts';
import type { Places } from './severed-places.ts';

export const faultMsMax = 30 * 60_000;
/** A drill whose runner has died, or whose terminal was closed, is over after this long. */
export const leaseMs = 15_000;

export interface FaultOrder {
  readonly drill: string;
  /** A region or a vantage. */
  readonly target: string;
  readonly fault: string;
  readonly forMs: number;
}

export interface ActiveFault {
  readonly drill: string;
  readonly target: string;
  readonly fault: FaultKind | VantageFaultKind;
  /** On the wall clock, for people; the timer itself is monotonic. */
  readonly startedAt: string;
  readonly endsAt: string;
}

export interface FaultDesk {
  active(): readonly ActiveFault[];
  inflict(order: FaultOrder): ActiveFault;
  /** Says that the drill is still watched. */
  renew(drill: string): void;
  /** Ends every fault; resolves when what was killed serves again. */
  lift(): Promise<void>;
  close(): void;
}

export interface FaultDeskSettings extends Crew {
  readonly places: Places;
  readonly onChange: (target: string, what: string) => void;
  readonly leaseMs?: number;
}

interface Entry {
  readonly active: ActiveFault;
  readonly timer: NodeJS.Timeout;
}

export function createFaultDesk(settings: FaultDeskSettings): FaultDesk {
  const { vantages, places, onChange } = settings;
  const entries = new Set<Entry>();
  let lease: NodeJS.Timeout | null = null;

  const active = () => [...entries].map((entry) => entry.active);
  const sever = () => {
    const severed = severedPlaces(active(), places);
    for (const [id, vantage] of vantages) vantage.tell({ sever: severed[id] ?? [] });
  };

  const end = async (entry: Entry): Promise<void> => {
    if (!entries.delete(entry)) return;
    clearTimeout(entry.timer);
    const { target, fault } = entry.active;
    await endFault(settings, entry.active);
    sever();
    onChange(target, `fault ${fault} has ended`);
  };

  const lift = async (): Promise<void> => {
    if (lease !== null) clearTimeout(lease);
    lease = null;
    await Promise.all([...entries].map(end));
  };

  const renewLease = () => {
    if (lease !== null) clearTimeout(lease);
    lease = setTimeout(() => {
      const [first] = entries;
      if (first !== undefined) onChange(first.active.drill, 'nobody watches the drill: it ends');
      lift().catch((error: unknown) => onChange('drill', String(error)));
    }, settings.leaseMs ?? leaseMs);
  };

  return {
    active,
    lift,
    renew: (drill) => {
      if (active().some((one) => one.drill === drill)) renewLease();
    },
    inflict: (order) => {
      refuseSecondDrill(active(), order);
      const fault = parsedFault(order, settings);
      refuseSameFault(active(), order);
      const nowMs = Date.now();
      const { drill, target, forMs } = order;
      const entry: Entry = {
        active: {
          drill,
          target,
          fault,
          startedAt: new Date(nowMs).toISOString(),
          endsAt: new Date(nowMs + forMs).toISOString(),
        },
        timer: setTimeout(() => {
          end(entry).catch((error: unknown) => onChange(target, String(error)));
        }, forMs),
      };
      entries.add(entry);
      renewLease();
      beginFault(settings, entry.active);
      sever();
      onChange(target, `fault ${fault} begins`);
      return entry.active;
    },
    close: () => {
      if (lease !== null) clearTimeout(lease);
      for (const { timer } of entries) clearTimeout(timer);
      entries.clear();
    },
  };
}

function parsedFault({ target, fault }: FaultOrder, { regions, vantages }: FaultDeskSettings) {
  if (regions.has(target)) return parseFaultKind(fault);
  if (vantages.has(target)) return parseVantageFaultKind(fault);
  throw new InputError('unknown-target', {
    found: `There is no region or vantage "${target}"`,
    why: 'A fault strikes one of the local fleet',
    remedy: `Use one of: ${[...regions.keys(), ...vantages.keys()].join(', ')}`,
  });
}

function refuseSecondDrill(active: readonly ActiveFault[], { drill }: FaultOrder): void {
  const other = active.find((one) => one.drill !== drill);
  if (other === undefined) return;
  throw new InputError('drill-running', {
    found: `The drill ${other.drill} is on: ${other.target} suffers ${other.fault}`,
    why: 'With two drills at once each would show the failures of the other',
    remedy: 'Wait for it to end, or end it with: evenkeel drill lift',
  });
}

/** One fault at a time on one balancer and on one process: the end of the first would otherwise end the second. */
function refuseSameFault(active: readonly ActiveFault[], { target, fault }: FaultOrder): void {
  const clash = active.find(
    (one) =>
      one.target === target &&
      (one.fault === fault || (isBalancerFault(one.fault) && isBalancerFault(fault))),
  );
  if (clash === undefined) return;
  throw new InputError('fault-active', {
    found: `${target} suffers ${clash.fault} already`,
    why: 'The end of the one would end the other too',
    remedy: 'Wait for it to end, or end it with: evenkeel drill lift',
  });
}
