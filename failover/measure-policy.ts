// When Prometheus asks: what was decided at the last beat and what was found of the zone.
import {
  addressesAt,
  diffRecords,
  intentOf,
  isTerm,
  planRecords,
  regionName,
  termOf,
} from '../fleet/records.ts';
import type { RecordSet } from '../fleet/records.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { ControllerSettings } from './controller.ts';
import { neededFor, workOf } from './core/capacity.ts';
import type { Loads } from './core/capacity.ts';
import { freezeIn } from './core/orders.ts';
import type { Order } from './core/orders.ts';
import { phases } from './core/phase.ts';
import { isOn } from './core/safety.ts';
import type { SteerInput, SteerOutput } from './core/steer.ts';
import type { ServerView } from './ports.ts';

export interface Measured {
  readonly records: readonly RecordSet[];
  readonly views: readonly ServerView[];
  readonly input: SteerInput;
  readonly decision: SteerOutput;
  readonly budget: { readonly leaving: number; readonly other: number };
}

export function measurePolicy(settings: ControllerSettings, measured: Measured): void {
  measureWeights(settings, measured);
  measureOrders(settings, measured);
  measureRecords(settings, measured);
  measureCapacity(settings, measured.input.loads, measured.records);
  const { metrics, vantage } = settings;
  const { decision, input, budget } = measured;
  metrics.budget.set({ for: 'leaving' }, budget.leaving);
  metrics.budget.set({ for: 'other' }, budget.other);
  metrics.failStatic.set(Number(Object.values(decision.phases).includes('FAIL_STATIC')));
  const own = input.observations.find((o) => o.vantage === vantage)?.opinions ?? {};
  for (const { vantage: peer, opinions } of input.observations) {
    if (peer === vantage) continue;
    const opposed = Object.keys(own).filter((id) =>
      [`${own[id]} ${opinions[id]}`].some((pair) => pair === 'up down' || pair === 'down up'),
    );
    metrics.viewMismatch.set({ peer }, opposed.length);
  }
}

function measureWeights(
  { fleet, deployment, metrics }: ControllerSettings,
  { records, decision }: Measured,
): void {
  const seen = intentOf(fleet, deployment, records);
  for (const { id: region } of fleet.regions) {
    metrics.weight.set({ region, view: 'zone' }, seen[region]?.weight ?? 0);
    metrics.weight.set({ region, view: 'intended' }, decision.intent[region]?.weight ?? 0);
    for (const phase of phases)
      metrics.phase.set({ region, phase }, Number(decision.phases[region] === phase));
  }
}

function measureOrders(
  { fleet, desk, metrics, clock }: ControllerSettings,
  { decision }: Measured,
): void {
  const orders = desk.standing();
  // The serial of an order is the wall clock's reading when it was given, unless clocks disagree.
  const ageSeconds = (order: Order | null | undefined) =>
    order === undefined || order === null ? 0 : Math.max(0, clock.wallMs() - order.serial) / 1_000;
  for (const { id: region } of fleet.regions) {
    const order = orders.find((o) => 'region' in o && o.region === region);
    metrics.orderAge.set({ region }, ageSeconds(order));
  }
  metrics.freezeAge.set(ageSeconds(freezeIn(orders)));
  const rules = ['freeze', ...fleet.steering.safetyRules.map(({ name }) => name)];
  for (const rule of rules)
    metrics.held.set({ rule }, decision.held.filter(({ by }) => by === rule).length);
  for (const rule of fleet.steering.safetyRules)
    if (rule.kind === 'gate') metrics.gateOn.set({ gate: rule.name }, Number(isOn(rule, orders)));
}

function measureRecords(
  { fleet, deployment, metrics }: ControllerSettings,
  { records, views }: Measured,
): void {
  const term = termOf(records);
  for (const { server, term: answered } of views)
    if (answered === null) metrics.serverMismatch.remove({ server });
    else metrics.serverMismatch.set({ server }, Number(answered !== term.number));
  const asked = planRecords(fleet, deployment, intentOf(fleet, deployment, records), term);
  const differing = diffRecords(records, asked).filter(({ record }) => !isTerm(record));
  metrics.recordsDiffer.set(differing.length);
  for (const { id: region } of fleet.regions) {
    const told = new Set(addressesAt(records, regionName(fleet, region)));
    const own = deployment.addresses[region] ?? [];
    metrics.standby.set({ region }, [...told].filter((address) => !own.includes(address)).length);
  }
}

function measureCapacity(
  { fleet, deployment, metrics }: ControllerSettings,
  loads: Loads,
  records: readonly RecordSet[],
): void {
  const intent = intentOf(fleet, deployment, records);
  const total = fleet.regions.reduce((sum, { id }) => sum + (intent[id]?.weight ?? 0), 0);
  for (const { id: region, instances } of fleet.regions) {
    metrics.utilisation.set({ region }, loads[region]?.utilisation ?? Number.NaN);
    const share = (intent[region]?.weight ?? 0) / Math.max(1, total);
    metrics.spare.set({ region }, instances.max - needed(fleet, workOf(fleet, loads) * share));
  }
}

/** By the fleet's own rule; without one, as many as are busy. */
function needed({ steering }: Fleet, work: number): number {
  const rule = steering.safetyRules.find(({ kind }) => kind === 'capacity');
  return rule?.kind === 'capacity' ? neededFor(work, rule) : Math.ceil(work);
}
