// Where each region stands: what the quorum says of it, overridden by an order while another region can take its users.
import type { Fleet, Region, RegionId } from '../../fleet/fleet.ts';
import { combine, noVerdict } from '../../fleet/health.ts';
import type { Observation, Verdict } from '../../fleet/health.ts';
import type { Intent } from '../../fleet/records.ts';
import type { Order } from './orders.ts';

export interface Standing {
  readonly kind: 'up' | 'down' | 'drained' | 'unknown';
  readonly verdict: Verdict;
  /** The evidence in words: who says what, or whose order it is. */
  readonly because: string;
  /** A drain that is not obeyed, because nobody could take the users. */
  readonly suspended: Order | null;
  /** A restore order stands: the hold-off is waived. */
  readonly vouched: boolean;
  /** Some vantage says down, whatever the quorum says. */
  readonly doubted: boolean;
  /** A quorum says down, whatever is ordered: to leave it then is urgent. */
  readonly condemned: boolean;
}

export type Standings = Readonly<Record<RegionId, Standing>>;

/**
 * Combines verdicts and orders.
 *
 * | verdict | drain order | another region up, undrained, with weight | standing            |
 * |---------|-------------|-------------------------------------------|---------------------|
 * | any     | none        | -                                         | the verdict         |
 * | any     | stands      | yes                                       | drained             |
 * | any     | stands      | no                                        | the verdict; suspended |
 *
 * Of several drains the older are obeyed first, so that the one too many is the last one given.
 */
export function standingsOf(
  fleet: Fleet,
  intent: Intent,
  observations: readonly Observation[],
  orders: readonly Order[],
): Standings {
  const { quorum, observationAgeMsMax: ageMsMax } = fleet.steering;
  const verdicts = new Map(
    fleet.regions.map(({ id }) => [id, combine(id, observations, { quorum, ageMsMax })] as const),
  );
  const takers = new Set(
    fleet.regions
      .filter(({ id }) => verdicts.get(id)?.kind === 'up' && (intent[id]?.weight ?? 0) > 0)
      .map(({ id }) => id),
  );
  const obeyed = new Set<Order>();
  for (const order of drains(orders)) {
    if ([...takers].every((id) => id === order.region)) continue;
    takers.delete(order.region);
    obeyed.add(order);
  }
  const standing = ({ id }: Region): Standing => {
    const verdict = verdicts.get(id) ?? noVerdict;
    const drain = drains(orders).find((o) => o.region === id);
    const flags = {
      condemned: verdict.kind === 'down',
      vouched: orders.some((o) => o.kind === 'restore' && o.region === id),
      doubted: observations.some((o) => o.opinions[id] === 'down' && o.ageMs <= ageMsMax),
    };
    if (drain !== undefined && obeyed.has(drain)) {
      const because = `drained by ${drain.actor}: ${drain.reason}`;
      return { kind: 'drained', verdict, because, suspended: null, ...flags };
    }
    const because = evidence(fleet, id, observations, verdict);
    return { kind: verdict.kind, verdict, because, suspended: drain ?? null, ...flags };
  };
  return Object.fromEntries(fleet.regions.map((region) => [region.id, standing(region)]));
}

const drains = (orders: readonly Order[]) =>
  orders.flatMap((o) => (o.kind === 'drain' ? [o] : [])).sort((a, b) => a.serial - b.serial);

function evidence(
  { steering, vantages }: Fleet,
  id: RegionId,
  observations: readonly Observation[],
  verdict: Verdict,
): string {
  const fresh = observations.filter((o) => o.ageMs <= steering.observationAgeMsMax);
  const saying = fresh.map((o) => `${o.vantage} ${sayingOf(o, id)}`);
  const silent = vantages.length - fresh.length;
  const why = verdict.kind === 'unknown' ? ` (${verdict.why})` : '';
  return `${verdict.kind}${why}: ${[...saying, ...(silent > 0 ? [`${silent} silent`] : [])].join(', ')}; quorum ${steering.quorum}`;
}

function sayingOf({ opinions, notes, abstains }: Observation, id: RegionId): string {
  if (abstains !== undefined) return `abstains (${abstains})`;
  const note = notes?.[id];
  return `says ${opinions[id] ?? 'nothing'}${note === undefined ? '' : ` (${note})`}`;
}
