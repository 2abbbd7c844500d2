// What a strategy costs every day without a death: traffic that crosses regions, a standby that serves, resolvers that ask.
import type { Fleet, Region, RegionId } from '../../fleet/fleet.ts';
import { aliveFirstShare } from './published.ts';
import { heldSecondsOf } from './resolver-profile.ts';
import type { Crowd } from './simulate.ts';
import { strickenStages } from './stricken.ts';

export interface Price {
  /** Of the answers under the region's name, those that begin with the standby in peace: so much of its traffic crosses regions. */
  readonly crossRegionShare: number;
  /** Fetches of the region's record by one cache that is always asked, on average over the resolvers. */
  readonly fetchesPerCacheHour: number;
  /** Null where nobody stands in. */
  readonly standby: WarmStandby | null;
}

/** The standby serves in peace; its shares are of the requests of the whole fleet. */
interface WarmStandby {
  readonly region: RegionId;
  readonly ownShare: number;
  /** Its own, and what every region's name leads there under the strategy. */
  readonly peaceShare: number;
  readonly instances: Region['instances'];
}

/** What a region's users send and fetch. */
export interface Load {
  readonly requestsPerSecond: number;
  /** Of one request and its answer together. */
  readonly kilobytes: number;
}

const monthSeconds = 30 * 86_400;
const kilobytesPerGigabyte = 1e6;

export const priceInPeace = (fleet: Fleet, region: Region, crowds: readonly Crowd[]): Price => ({
  crossRegionShare: crossRegionShare(fleet, region),
  fetchesPerCacheHour: crowds.reduce(
    (sum, { resolver, share }) =>
      sum + (share * 3_600) / heldSecondsOf(resolver, region.answerTtlSeconds),
    0,
  ),
  standby: warmStandby(fleet, region),
});

/** In a month of 30 days, to and from users whom the standby serves in the region's place. */
export const crossRegionGigabytes = (
  { crossRegionShare: share }: Pick<Price, 'crossRegionShare'>,
  { requestsPerSecond, kilobytes }: Load,
): number => (share * requestsPerSecond * kilobytes * monthSeconds) / kilobytesPerGigabyte;

const crossRegionShare = (fleet: Fleet, region: Region): number =>
  aliveFirstShare(strickenStages(fleet, region, { rewrittenAtMs: null })[0]);

function warmStandby(fleet: Fleet, region: Region): WarmStandby | null {
  const standby = fleet.regions.find(({ id }) => id === region.standby[0]);
  if (standby === undefined) return null;
  const total = fleet.regions.reduce((sum, { weight }) => sum + weight, 0);
  const ownShare = standby.weight / total;
  const led = fleet.regions
    .filter((other) => other.standby[0] === standby.id)
    .reduce((sum, other) => sum + (other.weight / total) * crossRegionShare(fleet, other), 0);
  const kept = ownShare * (1 - crossRegionShare(fleet, standby));
  return {
    region: standby.id,
    ownShare,
    peaceShare: kept + led,
    instances: standby.instances,
  };
}
