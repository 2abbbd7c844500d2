// Bugs that somebody could write into the strategies and into what predicts them.
import type { PlantedBug } from './planted-bug.ts';

export const leapBugs: readonly PlantedBug[] = [
  {
    name: 'a duplicate value is published',
    file: 'fleet/strategy.ts',
    find: '.filter((address) => !taken.includes(address))',
    replace: '.filter(() => true)',
  },
  {
    name: 'a hedge gives its shares to the wrong side',
    file: 'fleet/strategy.ts',
    find: '[ownShare * standbyCount, standbyShare * ownCount]',
    replace: '[ownShare * ownCount, standbyShare * standbyCount]',
  },
  {
    name: 'what stood in another shape stays beside what replaces it',
    file: 'fleet/records.ts',
    find: "...reshaped.map(change('DELETE')),",
    replace: '',
  },
  {
    name: 'a region that was left is still suspected, and its users ask every two seconds',
    file: 'fleet/records.ts',
    find: 'isSuspect: own === region.id && intent[region.id]?.isSuspect === true',
    replace: 'isSuspect: intent[region.id]?.isSuspect === true || own !== region.id',
  },
  {
    name: 'suspicions spend the changes that are kept for leaving',
    file: 'failover/controller.ts',
    find: '(isSuspecting(intent) && this.budget.other > 0)',
    replace: 'isSuspecting(intent)',
  },
  {
    name: 'a simulated cache is always fresh when the region dies',
    file: 'failover/leap/cache.ts',
    find: 'chance.draw() * heldMs',
    replace: 'heldMs',
  },
];
