// One round against the fence: two controllers are stopped at a chosen moment of a change, the third acts, the two wake up.
import { overruled } from '../../../failover/lab/zone-history.ts';
import type { Batch } from '../../../failover/lab/zone-history.ts';
import { frankfurt } from '../fleets.ts';
import type { HeldStage } from './held-calls.ts';
import { authorityName } from './lab-records.ts';
import type { Testbed } from './testbed.ts';

/**
 * When the two are stopped.
 * - `before-reading`: they know the zone before the change, and have not been told of it.
 * - `after-reading`: the provider has read the zone for them; the answer, by then untrue, reaches them when they wake.
 * - `intended`: their batches are in their journals; no packet of them has left their networks.
 * - `in-flight`: their batches have arrived at the provider, which has decided nothing yet.
 * - `accepted`: the provider has taken a batch of theirs; they do not know yet.
 * - `served`: the name servers answer with it; nobody has confirmed it to them.
 * - `settled`: it is confirmed.
 *
 * In the first four the third one makes the same change instead and, in every other cycle, takes it back: the zone is then
 * what the two planned from in all but its term. In the last three it takes back what they have changed.
 */
export const phases = [
  'before-reading',
  'after-reading',
  'intended',
  'in-flight',
  'accepted',
  'served',
  'settled',
] as const;
export type Phase = (typeof phases)[number];

export interface Round {
  readonly number: number;
  readonly phase: Phase;
  readonly pair: readonly [string, string];
  readonly third: string;
  /** Of what was on its way while they slept: before they woke, or just after. */
  readonly released: 'before-waking' | 'after-waking';
}

/** What happened, with times from the round's beginning. */
export interface RoundRecord extends Round {
  readonly changes: readonly string[];
  readonly stoppedMs: number;
  /** Batches of the two that were decided after the third one's last change. */
  readonly late: readonly {
    readonly by: string;
    readonly afterMs: number;
    /** The provider's answer; null where it took the batch. */
    readonly error: string | null;
  }[];
  /** Of these and of any others, those that undid the third one's last change. Must be none. */
  readonly overruled: number;
}

type Kind = 'drain' | 'restore';
const opposite: Readonly<Record<Kind, Kind>> = { drain: 'restore', restore: 'drain' };
const orderMs = 600_000;
const phaseMsMax = 30_000;
/** The network itself repeats a packet that was dropped after 0.2, 0.6, 1.4 and 3.0 s. */
const lateMsMax = 4_000;

export const roundOf = (bed: Testbed, number: number, phase: Phase): Round => {
  const [third = '', first = '', second = ''] = bed.vantages.map(
    (_, i) => bed.vantages[(i + number) % bed.vantages.length] ?? '',
  );
  const cycle = Math.floor(number / phases.length);
  return {
    number,
    phase,
    third,
    pair: [first, second],
    released: cycle % 2 === 0 ? 'before-waking' : 'after-waking',
  };
};

/** The moment could not be reached, for instance because the machine was too slow: nothing was shown, and nothing failed. */
export class NotStruck extends Error {
  override readonly name = 'NotStruck';
}

export async function strike(bed: Testbed, round: Round): Promise<RoundRecord> {
  const { pair, phase, released } = round;
  const since = Date.now();
  const before = bed.history.length;
  const change: Kind = (bed.weights[frankfurt] ?? 0) > 0 ? 'drain' : 'restore';
  await reach[phase](bed, round, change);
  const wake = sleepOf(bed, pair);
  // The third one is told by hand; what the two had on its way stays there.
  await bed.strike(...(phase === 'intended' ? bed.apiBlocked(...pair) : []));
  const last = await changesOfThird(bed, round, change);
  // While the provider is at work on a change it refuses all others, whatever they are.
  await reached(bed, 'the change is served', () => bed.views.find(({ term }) => term === last.to));
  if (released === 'after-waking') wake();
  await bed.heal();
  await bed.tellAuthority({ release: true });
  if (phase === 'intended' || phase === 'in-flight') await lateBatches(bed, pair, last);
  const stoppedMs = wake();
  await bed.until(`round ${round.number} (${phase}) ends as ordered`, () =>
    bed.weights[frankfurt] === last.weights[frankfurt] ? true : null,
  );
  await bed.agreed();
  const news = bed.history.slice(before);
  const late = news.slice(news.indexOf(last) + 1).filter(({ by }) => pair.includes(by));
  return {
    ...round,
    stoppedMs,
    changes: bed.changes
      .slice(-changesTold)
      .filter(({ at }) => at >= since)
      .map((b) => told(b, since)),
    late: late.map(({ by, at, accepted, error }) => ({
      by,
      afterMs: at - last.at,
      error: accepted ? null : error,
    })),
    overruled: overruled(news, last, frankfurt).length,
  };
}

const changesTold = 8;
const told = ({ from, to, by, at, weights }: Batch, since: number) =>
  `term ${from} to ${to} by ${by} after ${at - since} ms: weight ${weights[frankfurt]}`;

/** Stops the two at once; what it returns wakes them, and says how long they slept. */
function sleepOf(bed: Testbed, pair: readonly string[]): () => number {
  const from = Date.now();
  let sleptMs: number | null = null;
  for (const vantage of pair) bed.process(vantage).freeze();
  return () => {
    for (const vantage of pair) bed.process(vantage).thaw();
    sleptMs ??= Date.now() - from;
    return sleptMs;
  };
}

async function changesOfThird(bed: Testbed, round: Round, change: Kind): Promise<Batch> {
  const [first, then] = ordersToThird(round, change);
  const batch = await obeyedBy(bed, round.third, first);
  return then === undefined ? batch : obeyedBy(bed, round.third, then);
}

/** A change of the same kind first where the two have made none; and the opposite, so that what they know is out of date. */
function ordersToThird({ phase, number }: Round, change: Kind): readonly [Kind, Kind?] {
  switch (phase) {
    case 'before-reading':
    case 'intended':
    case 'in-flight':
      return number % 2 === 0 ? [change, opposite[change]] : [change];
    case 'after-reading':
    case 'accepted':
    case 'served':
    case 'settled':
      return [opposite[change]];
  }
}

/** Brings the two to the moment at which they are stopped. */
const reach: Readonly<Record<Phase, (bed: Testbed, round: Round, change: Kind) => Promise<void>>> =
  {
    'before-reading': async () => {},
    'after-reading': async (bed, { third, pair }, change) => {
      const since = Date.now();
      await hold(bed, 'reading', pair);
      const { to } = await obeyedBy(bed, third, change);
      await heldOf(bed, pair, since);
      await knownTo(bed, third, to);
    },
    intended: async (bed, round, change) => {
      const since = Date.now();
      await bed.strike(...withoutThird(bed, round), ...bed.apiBlocked(...round.pair));
      await giveTo(bed, round.pair[0], change);
      await bothIntend(bed, round.pair, since);
    },
    'in-flight': async (bed, round, change) => {
      const since = Date.now();
      await hold(bed, 'batch', round.pair);
      await bed.strike(...withoutThird(bed, round));
      await giveTo(bed, round.pair[0], change);
      await heldOf(bed, round.pair, since);
    },
    accepted: async (bed, round, change) => {
      await hold(bed, 'answer', round.pair);
      await bed.strike(...withoutThird(bed, round));
      const { to } = await changeByPair(bed, round, change);
      await bed.heal();
      await knownTo(bed, round.third, to);
    },
    served: async (bed, round, change) => {
      await bed.strike(...withoutThird(bed, round));
      const { to } = await changeByPair(bed, round, change);
      await bed.heal();
      await reached(bed, 'it is served', () => bed.views.find(({ term }) => term === to));
      await knownTo(bed, round.third, to);
    },
    settled: async (bed, round, change) => {
      await bed.strike(...withoutThird(bed, round));
      const { to } = await changeByPair(bed, round, change);
      await bed.heal();
      await reached(bed, 'it is confirmed', () => (bed.isSettled(to) ? true : null));
      await knownTo(bed, round.third, to);
    },
  };

const hold = (bed: Testbed, stage: HeldStage, vantages: readonly string[]): Promise<void> =>
  bed.tellAuthority({ hold: stage, from: vantages.map((vantage) => bed.address(vantage)) });

/** Orders given to the two do not reach the third one from them. */
const withoutThird = (bed: Testbed, { pair, third }: Round) =>
  pair.flatMap((vantage) => bed.apart(vantage, third));

/** A vantage that does not see enough of the fleet at this moment refuses it; it is asked again. */
const giveTo = (bed: Testbed, vantage: string, kind: Kind) =>
  reached(bed, `${vantage} takes the order`, () =>
    bed.order(vantage, { kind, region: frankfurt, forMs: orderMs }).catch(() => null),
  );

async function obeyedBy(bed: Testbed, vantage: string, kind: Kind): Promise<Batch> {
  const before = bed.changes.length;
  await giveTo(bed, vantage, kind);
  const obeys = ({ weights }: Batch) =>
    kind === 'drain' ? weights[frankfurt] === 0 : (weights[frankfurt] ?? 0) > 0;
  return reached(bed, `the ${kind} by ${vantage} is in the zone`, () =>
    bed.changes.slice(before).find(obeys),
  );
}

/** The other of the two hears of it from the first. */
const changeByPair = (bed: Testbed, { pair }: Round, change: Kind) =>
  obeyedBy(bed, pair[0], change);

/** The third one has read the change, and has heard since from whoever made it: it need not wait for them. */
async function knownTo(bed: Testbed, third: string, term: number | null): Promise<void> {
  await reached(bed, `${third} has read term ${term}`, async () =>
    (await bed.metric(third, 'failover_term')) === term ? true : null,
  );
  await bed.afterBeats(third);
}

/** Both calls are at the provider and wait there. */
const heldOf = (bed: Testbed, pair: readonly string[], since: number) =>
  reached(bed, 'the provider holds a call of both', () => {
    const held = bed.heard(authorityName, 'held').filter(({ at }) => Number(at) >= since);
    return pair.every((v) => held.some(({ from }) => from === bed.address(v))) ? true : null;
  });

const bothIntend = (bed: Testbed, pair: readonly string[], since: number) =>
  reached(bed, 'both intend a change', () => {
    const intents = bed.journal(since).filter(({ kind }) => kind === 'intent');
    return pair.every((v) => intents.some(({ vantage }) => vantage === v)) ? true : null;
  });

/** Until both have been decided; the network may have given one up, which is no fault of anybody. */
async function lateBatches(bed: Testbed, pair: readonly string[], last: Batch): Promise<void> {
  const arrived = () => {
    const late = bed.history.slice(bed.history.indexOf(last) + 1);
    return pair.every((vantage) => late.some(({ by }) => by === vantage)) ? true : null;
  };
  await bed.until('both batches are decided', arrived, lateMsMax).catch(() => null);
}

async function reached<T>(
  bed: Testbed,
  what: string,
  look: () => T | null | undefined | Promise<T | null | undefined>,
) {
  try {
    return await bed.until(what, look, phaseMsMax);
  } catch (error) {
    throw new NotStruck(String(error));
  }
}
