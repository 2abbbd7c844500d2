// One region's part of a decision: what it is to get, and by which rule.
import type { Region, RegionId } from '../../fleet/fleet.ts';
import type { Intent } from '../../fleet/records.ts';

export type Rule =
  | 'fail-static'
  | 'leave-down'
  | 'leave-order'
  | 'stay-away'
  | 'raise-at-once'
  | 'raise-step'
  | 'lower-to-normal'
  | 'publish-again'
  | 'wait-hold-off'
  | 'wait-step'
  | 'wait-budget'
  | 'keep-unknown'
  | 'order-suspended'
  | 'held-by-freeze'
  | 'held-by-rule';

export interface Reason {
  readonly region: RegionId | null;
  readonly rule: Rule;
  readonly text: string;
}

export interface Decision {
  readonly region: Region;
  readonly weight: number;
  readonly usable: boolean;
  readonly reason: Reason | null;
}

interface InZone {
  readonly zone: { readonly intent: Intent };
}

export const inZone = ({ zone }: InZone, { id }: Region): Intent[RegionId] =>
  zone.intent[id] ?? { weight: 0, usable: false };

export const keep = (
  scene: InZone,
  region: Region,
  reason: Omit<Reason, 'region'> | null,
): Decision => ({
  region,
  ...inZone(scene, region),
  reason: reason === null ? null : { region: region.id, ...reason },
});
