// I7 on real sockets: two of three controllers are stopped in each phase of a change and woken after the third has acted.
import { expect } from '@jest/globals';
import { staleWrites } from '../../failover/lab/zone-history.ts';
import type { Batch } from '../../failover/lab/zone-history.ts';
import { expectSafe, firstTerm } from '../support/lab/expect-safe.ts';
import { labSuite, roundsOr } from '../support/lab/lab-suite.ts';
import { authorityName } from '../support/lab/lab-records.ts';
import { pause } from '../support/lab/testbed.ts';
import type { Testbed } from '../support/lab/testbed.ts';
import { frankfurt } from '../support/fleets.ts';

const labTest = labSuite({ pace: 'brisk', wired: [authorityName] });

/** Long enough for the third controller to see the order and to finish the change by itself. */
const frozenMs = 1_200;
/** Two beats, and the API's answer. */
const calmMs = 1_000;
const phaseMsMax = 20_000;
/** Calls of the API take this long each way, so that a change can be struck while it is on its way. */
const oneWayMs = 25;

/**
 * Where a change can be struck.
 * - `ordered`: before anybody has decided.
 * - `intended`: a batch is in the journal, and perhaps not yet sent.
 * - `in-flight`: sent and held up by the network; the third one's arrives, the two others' only after its change.
 * - `accepted`: the provider has taken a batch; its writer does not know yet.
 * - `served`: the name servers answer with it; nobody has confirmed it.
 * - `settled`: all is done, and the other two are about to read.
 */
const phases = ['ordered', 'intended', 'in-flight', 'accepted', 'served', 'settled'] as const;
type Phase = (typeof phases)[number];

interface Round {
  readonly number: number;
  readonly phase: Phase;
  readonly since: number;
  readonly changesBefore: number;
}

/** The vantages by whose deed the phase is recognised. */
async function strikeMoment(
  bed: Testbed,
  { phase, since, changesBefore }: Round,
): Promise<readonly string[]> {
  const journalled = (kind: string) =>
    bed.until(kind, () => bed.journal(since).find((l) => l.kind === kind)?.vantage, phaseMsMax);
  const acceptedBatch = () =>
    bed.until('a batch is accepted', () => bed.changes[changesBefore], phaseMsMax);
  switch (phase) {
    case 'ordered':
      return [];
    case 'in-flight':
      return bed.until('two have sent', () => twoSenders(bed, since), phaseMsMax);
    case 'intended':
      return [await journalled('intent')];
    case 'accepted':
      return [(await acceptedBatch()).by];
    case 'served': {
      const { to, by } = await acceptedBatch();
      await bed.until('it is served', () => bed.views.find((v) => v.term === to), phaseMsMax);
      return [by];
    }
    case 'settled':
      return [await journalled('settled')];
  }
}

/** The two vantages that were the first to send what cannot arrive, once the third one knows of the order too. */
const twoSenders = (bed: Testbed, since: number) => {
  const heard = bed.journal(since).filter(({ kind }) => kind === 'order');
  if (new Set(heard.map(({ vantage }) => vantage)).size < bed.vantages.length) return null;
  const senders = bed.journal(since).flatMap((l) => (l.kind === 'intent' ? [l.vantage] : []));
  const two = [...new Set(senders)].slice(0, 2);
  return two.length === 2 ? two : null;
};

/** Whoever has just acted is one of the two; the others change from round to round. */
function pairWith(bed: Testbed, actors: readonly string[], round: number): readonly string[] {
  const rotated = bed.vantages.map((_, i) => bed.vantages[(i + round) % 3] ?? '');
  return [...actors, ...rotated.filter((v) => !actors.includes(v))].slice(0, 2);
}

const isDone = (bed: Testbed, isDrain: boolean) =>
  isDrain === (bed.weights[frankfurt] === 0) ? true : null;

/** One order, one change, two controllers stopped in the middle of it. */
async function strikeRound(bed: Testbed, number: number, phase: Phase): Promise<void> {
  const isDrain = (bed.weights[frankfurt] ?? 0) > 0;
  // Until all have read the last change: who has not cannot plan the next one without the API.
  await pause(calmMs);
  const order = { kind: isDrain ? 'drain' : 'restore', region: frankfurt, forMs: 600_000 };
  const round = { number, phase, since: Date.now(), changesBefore: bed.changes.length };
  if (phase === 'in-flight') await bed.strike(...bed.apiBlocked(...bed.vantages));
  await bed.order(bed.vantages[number % 3] ?? '', order);
  const pair = pairWith(bed, await strikeMoment(bed, round), number);
  for (const vantage of pair) bed.process(vantage).freeze();
  if (phase === 'in-flight') {
    await bed.strike(...bed.apiBlocked(...pair));
    await bed.until('the third one acts', () => isDone(bed, isDrain), phaseMsMax);
    await bed.heal();
  }
  await pause(frozenMs);
  for (const vantage of pair) bed.process(vantage).thaw();
  await bed.until(`round ${number} (${phase}) is done`, () => isDone(bed, isDrain));
}

/** Ordinary contention is decided within a beat of 0.4 s; later than this a batch was held up by the fault. */
const lateMsMin = 500;

const latenessMs = (history: readonly Batch[], { to, at }: Batch) =>
  at - (history.find((b) => b.accepted && b.to === to)?.at ?? at);

const rounds = roundsOr(12);

labTest(
  `I7: two controllers stopped and woken in every phase of a change, ${rounds} rounds, spoil nothing`,
  async (bed) => {
    bed.wire(authorityName, oneWayMs, 3, 0);
    for (let number = 0; number < rounds; number += 1)
      await strikeRound(bed, number, phases[number % phases.length] ?? 'ordered');
    const { history } = bed;
    const rejected = history.filter((batch) => !batch.accepted);
    const late = rejected.filter((batch) => latenessMs(history, batch) >= lateMsMin);
    console.info(
      `fencing: ${rounds} rounds, ${history.length} batches, ${rejected.length} of them fenced, ${late.length} of these at least ${lateMsMin} ms after the change that they lost to, last term ${history.findLast((b) => b.accepted)?.to}`,
    );
    await expectSafe(bed);
    // Without batches that arrive long after their time the rounds would prove nothing.
    expect(late.length).toBeGreaterThan(0);
  },
  60_000 + rounds * 20_000,
);

labTest(
  'control: where the provider takes writes without a fence, the harness sees the stale ones',
  async (bed) => {
    const before = bed.history.length;
    bed.process(authorityName).tell('fence off');
    for (let number = 0; number < 3; number += 1) await strikeRound(bed, number, 'in-flight');
    bed.process(authorityName).tell('fence on');
    expect(staleWrites(bed.history.slice(0, before), firstTerm)).toEqual([]);
    expect(staleWrites(bed.history, firstTerm).length).toBeGreaterThan(0);
  },
);
