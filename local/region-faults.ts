// Inflicts one fault at a time on a local region, and ends it by itself when its time is up.
import { InputError } from '../fleet/errors.ts';
import type { FaultKind } from './faults.ts';
import type { ManagedProcess } from './managed-process.ts';

export const faultMsMax = 30 * 60_000;

export interface ActiveFault {
  readonly region: string;
  readonly fault: FaultKind;
  /** On the wall clock, for people; the timer itself is monotonic. */
  readonly startedAt: string;
  readonly endsAt: string;
}

export interface RegionFaults {
  active(): readonly ActiveFault[];
  inflict(order: {
    readonly region: string;
    readonly fault: FaultKind;
    readonly forMs: number;
  }): ActiveFault;
  lift(region: string): Promise<void>;
  close(): void;
}

export function createRegionFaults(
  regions: ReadonlyMap<string, ManagedProcess>,
  onChange: (region: string, what: string) => void,
): RegionFaults {
  const faults = new Map<string, { readonly fault: ActiveFault; readonly timer: NodeJS.Timeout }>();

  const processOf = (region: string): ManagedProcess => {
    const found = regions.get(region);
    if (found !== undefined) return found;
    throw new InputError('unknown-region', {
      found: `There is no region "${region}"`,
      why: 'A fault strikes one region of the local fleet',
      remedy: `Use one of: ${[...regions.keys()].join(', ')}`,
    });
  };

  const lift = async (region: string): Promise<void> => {
    const entry = faults.get(region);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    faults.delete(region);
    await end(processOf(region), entry.fault.fault);
    onChange(region, `fault ${entry.fault.fault} has ended`);
  };

  return {
    active: () => [...faults.values()].map(({ fault }) => fault),
    lift,
    inflict: ({ region, fault, forMs }) => {
      const target = processOf(region);
      if (faults.size > 0)
        throw new InputError('fault-active', {
          found: `${[...faults.keys()].join(', ')} suffers a fault already`,
          why: 'With two regions struck at once a drill would show the second as the failover of the first',
          remedy: 'Wait for it to end, or end it with: evenkeel drill --lift',
        });
      const nowMs = Date.now();
      const active: ActiveFault = {
        region,
        fault,
        startedAt: new Date(nowMs).toISOString(),
        endsAt: new Date(nowMs + forMs).toISOString(),
      };
      const timer = setTimeout(() => {
        lift(region).catch((error: unknown) => onChange(region, String(error)));
      }, forMs);
      faults.set(region, { fault: active, timer });
      begin(target, fault);
      onChange(region, `fault ${fault} begins`);
      return active;
    },
    close: () => {
      for (const { timer } of faults.values()) clearTimeout(timer);
      faults.clear();
    },
  };
}

function begin(region: ManagedProcess, fault: FaultKind): void {
  switch (fault) {
    case 'kill':
      return region.kill();
    case 'freeze':
      return region.freeze();
    case 'refuse':
    case 'slow':
      return region.tell({ fault });
  }
}

async function end(region: ManagedProcess, fault: FaultKind): Promise<void> {
  switch (fault) {
    case 'kill':
      await region.start();
      return;
    case 'freeze':
      return region.thaw();
    case 'refuse':
    case 'slow':
      return region.tell({ fault: 'none' });
  }
}
