// The running fleet as one picture: what the vantages intend, what the name server really answers, and where they differ.
import { readFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { fleetFor } from '../fleet/environments.ts';
import type { Deployment, Fleet } from '../fleet/fleet.ts';
import { apiName, planRecords, regionName } from '../fleet/records.ts';
import type { Intent } from '../fleet/records.ts';
import { strategyText } from '../fleet/strategy-text.ts';
import { carriesMeanwhile } from '../failover/control-plane.ts';
import type { Status } from '../failover/status.ts';
import { askControl } from './control.ts';
import type { ActiveFault } from './fault-desk.ts';
import type { FleetBuilt } from './fleet-files.ts';
import { filePole, flagDirectory, flagsStanding } from './flags.ts';
import { vantageStatuses } from './vantage-client.ts';

export interface AnswerView {
  readonly name: string;
  readonly intended: readonly string[];
  readonly answered: readonly string[];
  readonly agrees: boolean;
}

export type FleetView = Awaited<ReturnType<typeof fleetView>>;

export async function fleetView(record: FleetBuilt) {
  const [vantages, faults] = await Promise.all([
    vantageStatuses(record),
    askControl(record, 'GET', '/faults').catch((): ActiveFault[] => []),
  ]);
  const status = vantages.map((v) => v.status).find((s) => s !== null) ?? null;
  const answers = await answerViews(record, status);
  const flags = await flagsIn(record);
  const regions = (status?.regions ?? []).map(
    ({ id, phase, weight, opinions, because, cloud, location }) => ({
      id,
      cloud,
      location,
      phase,
      fault: faults.find((f) => f.target === id)?.fault ?? null,
      weight,
      opinions,
      because,
    }),
  );
  return {
    zone: record.zone,
    clinic: record.urls.clinic,
    dns: record.urls.dns,
    term: status?.term?.number ?? null,
    /** As the first vantage that answers has it. */
    strategy: status === null ? null : strategyText(status.strategy),
    regions,
    answers,
    vantages: vantages.map((v) => ({ id: v.vantage, answers: v.status !== null })),
    orders: status?.orders ?? [],
    flags,
    degraded: [
      ...vantages.filter((v) => v.status === null).map((v) => `${v.vantage} does not answer`),
      ...flags.map(({ region }) => `the flag of ${region} is raised`),
      ...vantages.flatMap((v) => controlPlaneText(v.vantage, v.status)),
      ...vantages.flatMap((v) => distrustTexts(v.vantage, v.status)),
      ...vantages.flatMap((v) => strategyTexts(v.vantage, v.status, status)),
      ...regions
        .filter((r) => r.phase !== 'HEALTHY')
        .map((r) => `${r.id} is ${r.phase ?? 'not judged yet'}`),
      ...answers.filter((a) => !a.agrees).map((a) => `${a.name} is not answered as intended`),
    ],
  };
}

/** From where they are raised: with every controller dead they are what leads users. */
async function flagsIn({ directory }: FleetBuilt) {
  const pole = filePole(flagDirectory(directory));
  const standing = await flagsStanding({ fleet: fleetFor('local'), pole });
  return standing.flatMap(({ region, note }) => (note === null ? [] : [{ region, ...note }]));
}

function controlPlaneText(vantage: string, status: Status | null): readonly string[] {
  const lostForMs = status?.controlPlane.lostForMs ?? null;
  if (lostForMs === null) return [];
  const seconds = Math.round(lostForMs / 1_000);
  return [`${vantage} has not reached Route 53's API for ${seconds} s: ${carriesMeanwhile}`];
}

const distrustTexts = (vantage: string, status: Status | null): readonly string[] =>
  (status?.vantages ?? []).flatMap(({ id, fault }) =>
    fault === null ? [] : [`${vantage} does not hear ${id}: ${fault}`],
  );

/** While a strategy is being set two are at work; for longer it is a fault. */
function strategyTexts(vantage: string, status: Status | null, first: Status | null) {
  if (status === null || first === null) return [];
  const [its, usual] = [strategyText(status.strategy), strategyText(first.strategy)];
  return its === usual ? [] : [`${vantage} plans with ${its} where others plan with ${usual}`];
}

/** Each region's own name has one answer, or one of its group's; `api` answers with the set of one region of positive weight. */
async function answerViews(
  record: FleetBuilt,
  status: Status | null,
): Promise<readonly AnswerView[]> {
  const fleet = fleetFor('local');
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([record.urls.dns]);
  const answered = async (name: string) => {
    try {
      return (await resolver.resolve4(name)).sort();
    } catch {
      // No answer is shown as such.
      return [];
    }
  };
  const sets = intendedSets(record, status);
  const regional = await Promise.all(
    fleet.regions.map(async ({ id }): Promise<AnswerView> => {
      const name = regionName(fleet, id);
      const possible = sets.get(name) ?? [];
      const intended = [...new Set(possible.flat())].sort();
      const actual = await answered(name);
      const agrees = possible.some((set) => set.join() === actual.join());
      return { name, intended, answered: actual, agrees };
    }),
  );
  const api = await answered(apiName(fleet));
  const weights =
    status?.regions.map(({ id, weight }) => ({ id, weight: weight.intended ?? 0 })) ?? [];
  const possible = weights
    .filter(({ weight }) => weight > 0)
    .flatMap(({ id }) => (sets.get(regionName(fleet, id)) ?? []).map((set) => set.join()));
  return [
    {
      name: apiName(fleet),
      intended: weights.map(({ id, weight }) => `${id}:${weight}`),
      answered: api,
      agrees: possible.includes(api.join()),
    },
    ...regional,
  ];
}

/** By name, every answer that may be given there. */
function intendedSets(
  { deploymentFile }: FleetBuilt,
  status: Status | null,
): ReadonlyMap<string, readonly (readonly string[])[]> {
  if (status === null) return new Map();
  const fleet: Fleet = { ...fleetFor('local'), strategy: status.strategy };
  const deployment = JSON.parse(readFileSync(deploymentFile, 'utf8')) as Deployment;
  const intent: Intent = Object.fromEntries(
    status.regions.map(({ id, weight, usable }) => [
      id,
      { weight: weight.intended ?? 0, usable: usable.intended ?? true },
    ]),
  );
  const answers = new Map<string, readonly (readonly string[])[]>();
  for (const set of planRecords(fleet, deployment, intent, { number: 0, by: 'status' }))
    if (set.kind === 'addresses')
      answers.set(set.name, [...(answers.get(set.name) ?? []), [...set.addresses].sort()]);
  return answers;
}
