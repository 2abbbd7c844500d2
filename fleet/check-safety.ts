// Judges the safety rules of a fleet: one that cannot be kept, or that nobody could lift, is found before it stops a failover.
import type { ErrorParts } from './errors.ts';
import type { Fleet } from './fleet.ts';
import type { SafetyRule } from './safety-rules.ts';

const nameForm = /^[a-z][a-z0-9-]{0,31}$/;
const waitMsMax = 600_000;
const rulesMax = 16;
const spareInstancesMax = 100;

export function safetyFaults(fleet: Fleet): readonly ErrorParts[] {
  const { safetyRules } = fleet.steering;
  const names = safetyRules.map(({ name }) => name);
  const repeated = names.filter((name, i) => names.indexOf(name) !== i);
  return [
    ...faultIf(safetyRules.length > rulesMax, {
      found: `${safetyRules.length} safety rules`,
      why: `Nobody foresees what more than ${rulesMax} rules hold together`,
      remedy: 'Keep those that somebody can explain',
    }),
    ...repeated.map((name) => ({
      found: `two safety rules are named "${name}"`,
      why: 'Refusals, orders and metrics tell rules apart by name',
      remedy: 'Give each rule a name of its own',
    })),
    ...safetyRules.flatMap((rule) => [...nameFaults(rule), ...ruleFaults(rule, fleet)]),
  ];
}

const faultIf = (wrong: boolean, fault: ErrorParts): ErrorParts[] => (wrong ? [fault] : []);

const nameFaults = ({ name }: SafetyRule) =>
  faultIf(!nameForm.test(name), {
    found: `a safety rule is named "${name}"`,
    why: 'Its name is said in refusals, orders and metrics',
    remedy: 'Use 1 to 32 of a-z, 0-9 and hyphens, beginning with a letter',
  });

function ruleFaults(rule: SafetyRule, fleet: Fleet): ErrorParts[] {
  if (rule.kind === 'assertAtLeast') return assertionFaults(rule, fleet);
  if (rule.kind === 'wait')
    return faultIf(!isWhole(rule.waitMs, 1, waitMsMax), {
      found: `rule ${rule.name} waits ${rule.waitMs} ms`,
      why: 'A drain that was ordered would seem forgotten meanwhile',
      remedy: `Choose 1..${waitMsMax} ms; 5000 is the default of Route 53 ARC`,
    });
  if (rule.kind === 'capacity')
    return [
      ...faultIf(!(rule.utilisationMax > 0 && rule.utilisationMax <= 1), {
        found: `rule ${rule.name} allows a utilisation of ${rule.utilisationMax}`,
        why: 'It is a share of what a region can grow to',
        remedy: 'Choose above 0 and up to 1; 0.7 leaves room for a burst',
      }),
      ...faultIf(!isWhole(rule.spareInstances, 0, spareInstancesMax), {
        found: `rule ${rule.name} keeps ${rule.spareInstances} instances to spare`,
        why: 'One may fail while its region carries the users of another',
        remedy: `Choose 0..${spareInstancesMax}; 1 is usual (N+1)`,
      }),
    ];
  return [];
}

function assertionFaults(
  { name, count, regions }: Extract<SafetyRule, { readonly kind: 'assertAtLeast' }>,
  fleet: Fleet,
): ErrorParts[] {
  const unknown = regions.filter((id) => !fleet.regions.some((region) => region.id === id));
  const distinct = new Set(regions).size;
  return [
    ...unknown.map((id) => ({
      found: `rule ${name} names the unknown region "${id}"`,
      why: 'A region that is not there never keeps a weight',
      remedy: `Name some of: ${fleet.regions.map((region) => region.id).join(', ')}`,
    })),
    ...faultIf(distinct < regions.length, {
      found: `rule ${name} names a region twice`,
      why: 'Regions are counted, and each counts once',
      remedy: 'Name each region once',
    }),
    ...faultIf(!isWhole(count, 1, distinct - 1), {
      found: `rule ${name} asks for ${count} of ${distinct} regions`,
      why: 'With none it asks for nothing, and with all of them no region could ever be left',
      remedy: 'Ask for at least one, and for fewer than it names',
    }),
  ];
}

const isWhole = (value: number, min: number, max: number) =>
  Number.isInteger(value) && value >= min && value <= max;
