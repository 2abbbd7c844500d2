// Whether a drill may begin: the fleet is in its steady state, and can spare what the drill takes away. Pure.
import type { ErrorParts } from '../../fleet/errors.ts';
import { InputError } from '../../fleet/errors.ts';
import type { Fleet, Region } from '../../fleet/fleet.ts';
import { promptMsMax } from '../../fleet/objectives.ts';
import type { Drill } from './drill.ts';
import { strikesRegion } from './drill.ts';
import type { ScheduledBlow } from './strikes.ts';
import { endOf } from './strikes.ts';

export interface RegionScene {
  readonly id: string;
  readonly phase: string | null;
  readonly weight: number | null;
  /** How it bore the load of a failover, asked directly; null where it was not tried. */
  readonly trial: {
    readonly sent: number;
    readonly succeeded: number;
    readonly slowestMs: number;
  } | null;
}

export interface Scene {
  readonly fleet: Fleet;
  readonly drill: Drill;
  readonly struck: Region;
  readonly schedule: readonly ScheduledBlow[];
  readonly regions: readonly RegionScene[];
  readonly vantagesAnswering: readonly string[];
  /** The fewest that any vantage would still make, the reserve for leaving apart. */
  readonly changesLeft: number;
  readonly changesNeeded: number;
  readonly otherDrill: string | null;
  readonly orders: readonly string[];
  /** What this fleet cannot be made to suffer, with what is missing for it. */
  readonly cannot: readonly string[];
}

export interface Refusal extends ErrorParts {
  readonly code: string;
}

/** Every reason not to begin; none means that the drill may. */
export const refusalsOf = (scene: Scene): readonly Refusal[] => [
  ...impossible(scene),
  ...occupied(scene),
  ...notSteady(scene),
  ...tooFewSurvivors(scene),
  ...survivorShort(scene),
  ...budgetShort(scene),
  ...tooLong(scene),
];

/** `InputError` with the first refusal, and the others named. */
export function checkedScene(scene: Scene): void {
  const [first, ...others] = refusalsOf(scene);
  if (first === undefined) return;
  const { code, found, why, remedy } = first;
  const also = others.map((refusal) => ` Also: ${refusal.found}`).join('.');
  throw new InputError(code, { found, why, remedy: `${remedy}${also === '' ? '' : `.${also}`}` });
}

const impossible = ({ cannot }: Scene): readonly Refusal[] =>
  cannot.map((found) => ({
    code: 'not-possible-here',
    found,
    why: 'A drill that leaves out its fault shows nothing',
    remedy: 'Follow the drill’s page in docs/runbook/drills, which says how it is held there',
  }));

function occupied({ otherDrill, orders }: Scene): readonly Refusal[] {
  const refusals: Refusal[] = [];
  if (otherDrill !== null)
    refusals.push({
      code: 'drill-running',
      found: `The drill ${otherDrill} is on`,
      why: 'With two drills at once each would show the failures of the other',
      remedy: 'Wait for it to end, or end it with: evenkeel drill lift',
    });
  if (orders.length > 0)
    refusals.push({
      code: 'order-stands',
      found: `An order stands: ${orders.join(', ')}`,
      why: 'Somebody is at work on the fleet',
      remedy: 'Wait until it ends, or end it with: evenkeel restore REGION',
    });
  return refusals;
}

function notSteady({ fleet, regions, vantagesAnswering }: Scene): readonly Refusal[] {
  const silent = fleet.vantages.filter(({ id }) => !vantagesAnswering.includes(id));
  const ailing = fleet.regions.flatMap(({ id, weight }) => {
    const seen = regions.find((region) => region.id === id);
    if (seen?.phase !== 'HEALTHY') return [`${id} is ${seen?.phase ?? 'not judged yet'}`];
    return seen.weight === weight ? [] : [`${id} has weight ${seen.weight ?? 0} of ${weight}`];
  });
  const found = [...silent.map(({ id }) => `${id} does not answer`), ...ailing];
  if (found.length === 0) return [];
  return [
    {
      code: 'not-in-peacetime',
      found: found.join(', '),
      why: 'A drill takes something away from a fleet that lacks nothing',
      remedy: 'Wait until evenkeel status shows every region HEALTHY and every vantage watching',
    },
  ];
}

const survivorsOf = ({ fleet, struck, regions }: Scene) =>
  regions.filter(
    ({ id, phase }) =>
      id !== struck.id &&
      phase === 'HEALTHY' &&
      (fleet.regions.find((region) => region.id === id)?.weight ?? 0) > 0,
  );

function tooFewSurvivors(scene: Scene): readonly Refusal[] {
  if (!strikesRegion(scene.drill) || survivorsOf(scene).length > 0) return [];
  return [
    {
      code: 'no-survivor',
      found: `No region but ${scene.struck.id} is healthy and has users of its own`,
      why: 'Its users would have nowhere to go',
      remedy: 'Wait until another region is HEALTHY',
    },
  ];
}

const bears = ({ trial }: RegionScene): boolean =>
  trial === null || (trial.succeeded === trial.sent && trial.slowestMs <= promptMsMax);

function survivorShort(scene: Scene): readonly Refusal[] {
  if (!strikesRegion(scene.drill)) return [];
  const survivors = survivorsOf(scene);
  if (survivors.length === 0 || survivors.some(bears)) return [];
  const shown = survivors.map(
    ({ id, trial }) =>
      `${id} read ${trial?.succeeded ?? 0} of ${trial?.sent ?? 0} films, the slowest in ${trial?.slowestMs ?? 0} ms`,
  );
  return [
    {
      code: 'survivor-short',
      found: `No survivor bears the load: ${shown.join('; ')}`,
      why: `After a failover it would be theirs, within ${promptMsMax} ms a film`,
      remedy: 'Give them capacity, or wait for a quieter hour',
    },
  ];
}

function budgetShort({ changesLeft, changesNeeded }: Scene): readonly Refusal[] {
  if (changesLeft >= changesNeeded) return [];
  return [
    {
      code: 'budget-spent',
      found: `${changesLeft} changes of the zone are left where the drill may need ${changesNeeded}`,
      why: 'The region could not return until the window has passed, and a real failure would find the budget spent',
      remedy: 'Wait until the window has passed; evenkeel status shows what is left',
    },
  ];
}

function tooLong({ fleet, schedule }: Scene): readonly Refusal[] {
  const { orderMsMax } = fleet.steering;
  const lastsMs = endOf(schedule);
  if (lastsMs <= orderMsMax) return [];
  return [
    {
      code: 'too-long',
      found: `The drill lasts ${Math.round(lastsMs / 60_000)} min`,
      why: `This fleet lets nothing forced stand for more than ${orderMsMax / 60_000} min`,
      remedy: 'Choose a shorter drill',
    },
  ];
}
