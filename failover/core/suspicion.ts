// The hair trigger of the strategy `widen`: regions of which this vantage has missed the last answer, quorum or not.
import type { Fleet, RegionId } from '../../fleet/fleet.ts';
import type { Intent } from '../../fleet/records.ts';

/**
 * Marks the regions that are suspected, under `widen` alone. A suspicion never takes a weight or an address away; it only tells
 * their users of the standby as well, so that one vantage may do it, and a false one costs some peacetime traffic. A
 * region that is not usable is past suspicion.
 */
export function withSuspicion(
  { strategy, regions }: Fleet,
  intent: Intent,
  isSuspect: (id: RegionId) => boolean,
): Intent {
  if (strategy.kind !== 'widen') return intent;
  const suspects = regions.flatMap(({ id }): [RegionId, Intent[RegionId]][] => {
    const { [id]: wanted } = intent;
    return wanted?.usable === true && isSuspect(id) ? [[id, { ...wanted, isSuspect: true }]] : [];
  });
  return { ...intent, ...Object.fromEntries(suspects) };
}

export const isSuspecting = (intent: Intent): boolean =>
  Object.values<Intent[RegionId]>(intent).some(({ isSuspect }) => isSuspect === true);
