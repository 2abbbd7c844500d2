// Planted bugs in drills.
import type { PlantedBug } from './planted-bug.ts';

export const drillBugs: readonly PlantedBug[] = [
  {
    name: 'a drill that was stopped restores nothing',
    file: 'local/drills/strike.ts',
    find: '  await restore(settings);',
    replace: '  if (stoppedBecause === null) await restore(settings);',
  },
  {
    name: 'a drill whose runner has died goes on to its end',
    file: 'local/fault-desk.ts',
    find: "      lift().catch((error: unknown) => onChange('drill', String(error)));",
    replace: '',
  },
  {
    name: 'a drill begins with the survivor short of capacity',
    file: 'local/drills/preflight.ts',
    find: 'trial.succeeded === trial.sent &&',
    replace: '',
  },
  {
    name: 'the rollback is proven without looking at the zone',
    file: 'local/drills/rollback.ts',
    find: '.filter((line) => !was.includes(line))',
    replace: '.filter(() => false)',
  },
];
