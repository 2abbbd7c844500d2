// Under which name a vantage is found: by the others, by monitoring, and in its certificate.
import type { Fleet } from '../fleet/fleet.ts';

/** `peers` writes it into the zone. */
export const vantageName = ({ zone }: Fleet, id: string): string => `${id}.vantage.${zone}`;
