// What the programs of one experiment are told by their environment, read in one place.
import type { Fleet } from '../../../fleet/fleet.ts';
import { parseStrategy } from '../../../fleet/strategy-text.ts';
import { experimentFleet } from './experiment-fleet.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Addresses = Readonly<Record<string, readonly string[]>>;

export interface ArmSettings {
  readonly strategy: string;
  readonly ttlSeconds: number;
}

export const armEnvironment = ({ strategy, ttlSeconds }: ArmSettings, addresses: Addresses) => ({
  EVENKEEL_LEAP_STRATEGY: strategy,
  EVENKEEL_LEAP_TTL: String(ttlSeconds),
  EVENKEEL_LEAP_ADDRESSES: JSON.stringify(addresses),
});

export function armFrom(env: Environment): {
  readonly fleet: Fleet;
  readonly addresses: Addresses;
} {
  return {
    fleet: experimentFleet(
      parseStrategy(env['EVENKEEL_LEAP_STRATEGY'] ?? ''),
      Number(env['EVENKEEL_LEAP_TTL']),
    ),
    addresses: JSON.parse(env['EVENKEEL_LEAP_ADDRESSES'] ?? '{}') as Addresses,
  };
}
