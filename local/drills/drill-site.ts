// What the runner needs of a fleet: to strike it, to end what struck it, and to look at it. One for this machine, one for the clouds.
import type { Deployment, Fleet } from '../../fleet/fleet.ts';
import type { RecordSet } from '../../fleet/records.ts';
import type { Status } from '../../failover/status.ts';
import type { AddressPolicy, ZoneClient } from '../zone-client.ts';
import type { Blow, ScheduledBlow } from './strikes.ts';

export interface FaultPort {
  /** Why this fleet cannot be made to suffer it, and what is missing; null when it can. */
  cannot(blow: Blow): string | null;
  /** The fault ends by itself after `forMs`, whatever becomes of us. */
  begin(drill: string, blow: ScheduledBlow): Promise<void>;
  /** Says that the drill is still watched. */
  renew(drill: string): Promise<void>;
  /** Ends everything that drills have begun here, at once. */
  restore(): Promise<void>;
  /** What lasts now, in words, and whose it is. */
  active(): Promise<readonly { readonly drill: string; readonly text: string }[]>;
}

export interface DrillSite {
  /** As reports name it. */
  readonly title: string;
  readonly fleet: Fleet;
  readonly deployment: Deployment;
  readonly faults: FaultPort;
  /** Null when the vantage does not answer. */
  statusOf(vantage: string): Promise<Status | null>;
  /** The zone as the DNS service's API tells it. */
  records(): Promise<readonly RecordSet[]>;
  /** One question to a name server of the zone; rejects without an answer. */
  ask(name: string): Promise<readonly string[]>;
  client(policy: AddressPolicy): ZoneClient;
  close(): Promise<void>;
}
