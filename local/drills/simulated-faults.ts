// A drill's faults in the simulator's words. Pure.
import type { Fleet } from '../../fleet/fleet.ts';
import { regionId, vantageId } from '../../fleet/fleet.ts';
import type { Fault } from '../../failover/simulation/faults.ts';
import type { FaultKind } from '../faults.ts';
import type { ScheduledBlow } from './strikes.ts';

/** A third of new connections is reset, and a probe's connection lasts four probes: one probe in nine is lost. */
const zoneLossShare = 1 / 9;
/** Until a process that was killed serves again on one machine. */
const restartMs = 4_000;

type What =
  | Pick<Extract<Fault, { readonly kind: 'region' }>, 'kind' | 'how'>
  | Pick<Extract<Fault, { readonly kind: 'region-lossy' }>, 'kind' | 'share'>;

/** Null where probes meet no difference: what costs users and not probes is the client model's. */
const regionFaults: Readonly<Record<FaultKind, What | null>> = {
  kill: { kind: 'region', how: 'refuses' },
  refuse: { kind: 'region', how: 'refuses' },
  freeze: { kind: 'region', how: 'dead' },
  isolate: { kind: 'region', how: 'dead' },
  slow: { kind: 'region', how: 'dead' },
  grey: { kind: 'region', how: 'swallows' },
  zone: { kind: 'region-lossy', share: zoneLossShare },
  short: null,
  starve: null,
  flag: null,
};

export const lastsMs = (blow: ScheduledBlow): number =>
  blow.fault === 'kill' ? blow.forMs + restartMs : blow.forMs;

export const simulatedFaults = (
  fleet: Fleet,
  schedule: readonly ScheduledBlow[],
  fromMs: number,
): readonly Fault[] =>
  schedule
    .flatMap((blow) =>
      faultsOf(fleet, blow).map((fault) => ({ ...fault, atMs: fromMs + blow.atMs })),
    )
    .sort((a, b) => a.atMs - b.atMs);

function faultsOf(fleet: Fleet, blow: ScheduledBlow): readonly Fault[] {
  const when = { atMs: blow.atMs, forMs: lastsMs(blow) };
  if (blow.on === 'region') {
    const what = regionFaults[blow.fault];
    const region = regionId(blow.target);
    return what === null ? [] : [{ ...what, region, ...when }];
  }
  if (blow.on === 'vantage') return vantageFaults(fleet, blow, when);
  const [first] = fleet.vantages;
  if (blow.on === 'flag' || first === undefined) return [];
  return [{ kind: 'drain', region: regionId(blow.target), at: first.id, ...when }];
}

function vantageFaults(
  fleet: Fleet,
  { target, fault }: Extract<ScheduledBlow, { readonly on: 'vantage' }>,
  when: Pick<Fault, 'atMs' | 'forMs'>,
): readonly Fault[] {
  const vantage = vantageId(target);
  const cut = (from: typeof vantage, to: string): Fault => ({
    kind: 'link-cut',
    from,
    to,
    ...when,
  });
  const others = fleet.vantages.map(({ id }) => id).filter((id) => id !== vantage);
  switch (fault) {
    case 'kill':
      return [{ kind: 'vantage-killed', vantage, ...when }];
    case 'freeze':
      return [{ kind: 'vantage-paused', vantage, ...when }];
    case 'cut-api':
      return [cut(vantage, 'api')];
    case 'cut-regions':
      return fleet.regions.map(({ id }) => cut(vantage, id));
    case 'cut-peers':
      return others.flatMap((other) => [cut(vantage, other), cut(other, vantage)]);
  }
}
