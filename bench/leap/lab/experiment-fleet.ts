// The fleet of the experiment: the testbed's, with the arm's strategy and TTL, and a second address for each standby.
import { labFleet } from '../../../failover/lab/lab-fleet.ts';
import { checkedFleet } from '../../../fleet/check-fleet.ts';
import type { Fleet, Region, Strategy } from '../../../fleet/fleet.ts';

/** `multi:2` tells of two distinct addresses of one standby. The primary, whose users are counted, has one. */
const standbyAddressCount = 2;

export const addressCountOf = ({ role }: Region): number =>
  role === 'primary' ? 1 : standbyAddressCount;

export function experimentFleet(strategy: Strategy, ttlSeconds: number): Fleet {
  const lab = labFleet('steady');
  const regions = lab.regions.map((region) => ({
    ...region,
    addressCount: addressCountOf(region),
    answerTtlSeconds: ttlSeconds,
  }));
  return checkedFleet({ ...lab, strategy, regions });
}
