// Bugs that somebody could write into the controller: each must be caught by some test, or the tests are wanting.
import { drillBugs } from './drill-bugs.ts';
import { leapBugs } from './leap-bugs.ts';
import type { PlantedBug } from './planted-bug.ts';
import { policyBugs } from './policy-bugs.ts';
import { senseBugs } from './sense-bugs.ts';
import { trustBugs } from './trust-bugs.ts';
import { writingBugs } from './writing-bugs.ts';

export const plantedBugs: readonly PlantedBug[] = [
  ...senseBugs,
  ...policyBugs,
  ...writingBugs,
  ...trustBugs,
  ...drillBugs,
  ...leapBugs,
];
