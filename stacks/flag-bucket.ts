// Where an operator raises a flag over a region: an object that Route 53's checkers look for, far from every region.
import { flagFolder } from '../fleet/flag.ts';
import type { Fleet, RegionId } from '../fleet/fleet.ts';
import { nameOf } from './names.ts';

/** The bucket stands with the first AWS vantage, which is in no region's location; without one, with the state. */
export function flagBucketOf(fleet: Fleet) {
  const vantage = fleet.vantages.find(({ cloud }) => cloud === 'aws');
  const location = vantage?.location ?? fleet.estate.stateLocations[0];
  const name = nameOf.worldBucket(fleet, 'flags');
  return {
    name,
    location,
    vantage: vantage?.id ?? null,
    host: `${name}.s3.${location}.amazonaws.com`,
    pathOf: (region: RegionId) => `/${flagFolder}${region}`,
  };
}
