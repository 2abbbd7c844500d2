// Does to one region or vantage of the local fleet what a fault says, and undoes it.
import { idleShare, isBalancerFault } from './faults.ts';
import type { FaultKind, VantageFaultKind } from './faults.ts';
import type { ManagedProcess } from './managed-process.ts';

export interface Crew {
  readonly regions: ReadonlyMap<string, ManagedProcess>;
  readonly vantages: ReadonlyMap<string, ManagedProcess>;
  readonly flags: {
    readonly raise: (region: string) => void;
    readonly lower: (region: string) => void;
  };
}

interface Fault {
  readonly target: string;
  readonly fault: FaultKind | VantageFaultKind;
}

export function beginFault({ regions, vantages, flags }: Crew, { target, fault }: Fault): void {
  const region = regions.get(target);
  if (region !== undefined && isBalancerFault(fault)) return region.tell({ fault });
  if (region !== undefined && (fault === 'short' || fault === 'starve'))
    return region.throttle(idleShare[fault]);
  const process = region ?? vantages.get(target);
  if (fault === 'flag') flags.raise(target);
  if (fault === 'kill') process?.kill();
  if (fault === 'freeze') process?.freeze();
}

/** Resolves when what was killed serves again. */
export async function endFault({ regions, vantages, flags }: Crew, { target, fault }: Fault) {
  const region = regions.get(target);
  if (region !== undefined && isBalancerFault(fault)) return region.tell({ fault: 'none' });
  const process = region ?? vantages.get(target);
  if (fault === 'flag') flags.lower(target);
  if (fault === 'kill') await process?.start();
  if (fault === 'freeze' || fault === 'short' || fault === 'starve') process?.thaw();
}
