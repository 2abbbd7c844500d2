// Whose each resource is and what it belongs to, the same in three clouds; costs are split by these.
import type { Fleet } from '../fleet/fleet.ts';

/** Keys and values that all three clouds accept: lower case, digits, hyphens (Google Cloud labels are the strictest). */
export const tagsOf = ({ environment, estate }: Fleet, stack: string): Record<string, string> => ({
  project: 'evenkeel',
  environment,
  owner: estate.owner,
  stack,
});
