// Where an Azure resource belongs: the group that every resource of a region is in, and the region's own words.
import type { Fleet, Region } from '../../../fleet/fleet.ts';

export interface Place {
  readonly fleet: Fleet;
  readonly region: { readonly id: string; readonly location: string };
  readonly group: { readonly name: string; readonly id: string };
}

export interface RegionPlace extends Place {
  readonly region: Region;
}

/** What nearly every Azure resource is given. */
export const within = ({ group, region }: Place) => ({
  resourceGroupName: group.name,
  location: region.location,
});

/** Azure takes zones as texts; a resource in all three outlives any one. */
export const zones = ['1', '2', '3'];
