// What goes wrong in a simulated run: a seeded plan of episodes, each a few faults that overlap, with calm between them.
import type { Fleet, RegionId, VantageId } from '../../fleet/fleet.ts';
import { gateNames } from '../../fleet/safety-rules.ts';
import type { Command } from '../core/command.ts';
import type { Chance } from './seeded-chance.ts';
import type { ApiMood } from './simulated-zone.ts';

/**
 * - `misreads`: says it is ready, and every reading is wrong.
 * - `swallows`: grey for drills. It says it is ready, and films vanish on their way to it, so that its own counters see none.
 * - `errs`, `crawls`: grey. It says it is ready; of its other answers a large share are errors, or all take many times longer.
 */
export type RegionFault = 'dead' | 'refuses' | 'misreads' | 'swallows' | 'errs' | 'crawls';

type FaultKind =
  | {
      readonly kind: 'region';
      readonly region: RegionId;
      readonly how: RegionFault;
    }
  | { readonly kind: 'region-lossy'; readonly region: RegionId; readonly share: number }
  | { readonly kind: 'vantage-killed' | 'vantage-paused'; readonly vantage: VantageId }
  /** Between writing down what it is about to change and changing it. */
  | { readonly kind: 'vantage-paused-writing'; readonly vantage: VantageId }
  /** It reaches no region and no canary, though the other vantages and the API. */
  | { readonly kind: 'vantage-blind'; readonly vantage: VantageId }
  | { readonly kind: 'vantage-lossy'; readonly vantage: VantageId; readonly share: number }
  | { readonly kind: 'disk'; readonly vantage: VantageId; readonly how: 'full' | 'hanging' }
  | { readonly kind: 'clock-bump'; readonly vantage: VantageId; readonly byMs: number }
  /** Calls one way only: `to` is a region, another vantage, `api`, or an authoritative server. */
  | { readonly kind: 'link-cut'; readonly from: VantageId; readonly to: string }
  | { readonly kind: 'api'; readonly how: Exclude<ApiMood, 'well'> }
  | { readonly kind: 'server-silent' | 'server-lagging'; readonly server: number }
  /** So many times the usual work, wherever users go. */
  | { readonly kind: 'surge'; readonly times: number }
  /** Orders by hand, at some vantage. */
  | (Command & { readonly at: VantageId });

export type Fault = FaultKind & { readonly atMs: number; readonly forMs: number };

/** In words, for a trace: `12.3 s for 40 s: link-cut from=... to=...`. */
export function faultText({ atMs, forMs, kind, ...rest }: Fault): string {
  const details = Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`);
  return `${(atMs / 1_000).toFixed(1)} s for ${(forMs / 1_000).toFixed(1)} s: ${[kind, ...details].join(' ')}`;
}

export interface FaultPlanSettings {
  readonly untilMs: number;
  /** Mean time from one episode to the next. */
  readonly calmMs: number;
}

const episodeSpreadMs = 240_000;
const faultsMax = 5;
const shortestMs = 2_000;
const longestMs = 1_200_000;

export function faultPlan(
  fleet: Fleet,
  chance: Chance,
  settings: FaultPlanSettings,
): readonly Fault[] {
  const faults: Fault[] = [];
  let atMs = 60_000;
  while (atMs < settings.untilMs) {
    const count = 1 + Math.floor(chance.draw() ** 1.5 * faultsMax);
    for (let i = 0; i < count; i += 1)
      faults.push({
        ...anyFault(fleet, chance),
        atMs: atMs + (i === 0 ? 0 : chance.between(0, episodeSpreadMs)),
        forMs: duration(chance),
      });
    atMs += episodeSpreadMs + longestMs / 4 - settings.calmMs * Math.log(1 - chance.draw());
  }
  return faults.sort((a, b) => a.atMs - b.atMs);
}

/** Log-uniform: as many blinks as outages. */
const duration = (chance: Chance) => shortestMs * (longestMs / shortestMs) ** chance.draw();

type Maker = (chance: Chance, region: RegionId, vantage: VantageId, fleet: Fleet) => FaultKind;

const serverCount = 4;
const anyServer = (chance: Chance) => Math.floor(chance.draw() * serverCount);

/** Repeated makers are the likelier ones: regions are what the controller is for. */
const makers: readonly [Maker, ...Maker[]] = [
  (_, region) => ({ kind: 'region', region, how: 'dead' }),
  (_, region) => ({ kind: 'region', region, how: 'dead' }),
  (_, region) => ({ kind: 'region', region, how: 'refuses' }),
  (_, region) => ({ kind: 'region', region, how: 'misreads' }),
  (chance, region) => ({ kind: 'region', region, how: chance.pick(['errs', 'crawls']) }),
  (_, __, vantage) => ({ kind: 'vantage-blind', vantage }),
  (chance, region) => ({ kind: 'region-lossy', region, share: chance.between(0.05, 0.9) }),
  (_, __, vantage) => ({ kind: 'vantage-killed', vantage }),
  (_, __, vantage) => ({ kind: 'vantage-paused', vantage }),
  (_, __, vantage) => ({ kind: 'vantage-paused', vantage }),
  (chance, _, vantage) => ({ kind: 'vantage-lossy', vantage, share: chance.between(0.01, 0.6) }),
  (chance, _, vantage) => ({ kind: 'disk', vantage, how: chance.pick(['full', 'hanging']) }),
  (chance, _, vantage) => ({
    kind: 'clock-bump',
    vantage,
    byMs: chance.between(-300_000, 300_000),
  }),
  (chance, region, from, fleet) => ({
    kind: 'link-cut',
    from,
    to: anyPlace(chance, region, from, fleet),
  }),
  (chance, region, from, fleet) => ({
    kind: 'link-cut',
    from,
    to: anyPlace(chance, region, from, fleet),
  }),
  (chance) => ({
    kind: 'api',
    how: chance.pick(['unreachable', 'throttling', 'ineffective', 'losing-answers', 'slow']),
  }),
  (chance) => ({ kind: 'server-silent', server: anyServer(chance) }),
  (chance) => ({ kind: 'server-lagging', server: anyServer(chance) }),
  (_, region, at) => ({ kind: 'drain', region, at }),
  (_, region, at) => ({ kind: 'restore', region, at }),
  (chance, _, at) => ({ kind: chance.pick(['freeze', 'freeze', 'unfreeze']), at }),
  (chance, _, at, fleet) => anyGate(chance, at, fleet),
  (chance) => ({ kind: 'surge', times: chance.between(1, 8) }),
];

function anyFault(fleet: Fleet, chance: Chance): FaultKind {
  const region = chance.pick(nonEmpty(fleet.regions.map(({ id }) => id)));
  const vantage = chance.pick(nonEmpty(fleet.vantages.map(({ id }) => id)));
  return chance.pick(makers)(chance, region, vantage, fleet);
}

/** In a fleet without gates, a restore that changes nothing. */
function anyGate(chance: Chance, at: VantageId, { regions, steering }: Fleet): FaultKind {
  const [first, ...rest] = gateNames(steering.safetyRules);
  if (first === undefined)
    return { kind: 'restore', region: nonEmpty(regions.map(({ id }) => id))[0], at };
  const kind = chance.pick(['gate-off', 'gate-off', 'gate-on'] as const);
  return { kind, gate: chance.pick([first, ...rest]), at };
}

function anyPlace(chance: Chance, region: RegionId, from: VantageId, fleet: Fleet): string {
  const others = fleet.vantages.map(({ id }) => id).filter((id) => id !== from);
  return chance.pick([region, region, 'api', `ns${anyServer(chance)}`, ...others]);
}

function nonEmpty<T>(items: readonly T[]): readonly [T, ...T[]] {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error('a fleet was used unchecked');
  return [first, ...rest];
}
