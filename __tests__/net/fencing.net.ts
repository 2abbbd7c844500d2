// I7 on real sockets: two of three controllers are stopped in each phase of a change and woken after the third has acted.
import { expect } from '@jest/globals';
import { staleWrites, termsBack } from '../../failover/lab/zone-history.ts';
import { expectSafe } from '../support/lab/expect-safe.ts';
import { NotStruck, phases, roundOf, strike } from '../support/lab/fencing-round.ts';
import type { Phase, RoundRecord } from '../support/lab/fencing-round.ts';
import { authorityName, firstTerm } from '../support/lab/lab-records.ts';
import { labSuite, roundsOr } from '../support/lab/lab-suite.ts';
import { recorded } from '../support/lab/recorded.ts';
import type { Testbed } from '../support/lab/testbed.ts';

const labTest = labSuite({ pace: 'one-step', wired: [authorityName] });

/** Calls of the API take this long each way, as across a continent. */
const oneWayMs = 25;
const rounds = roundsOr(2 * phases.length);
const controlRounds = 2;
/** Not PriorRequestNotComplete, which would say only that the provider was busy. */
const fencedCode = 'InvalidChangeBatch';

interface Outcome {
  readonly struck: readonly RoundRecord[];
  /** Attempts that did not reach their moment, and why: they show nothing, and are repeated. */
  readonly missed: readonly string[];
}

async function struckRounds(
  bed: Testbed,
  phasesOf: readonly Phase[],
  many: number,
): Promise<Outcome> {
  const struck: RoundRecord[] = [];
  const missed: string[] = [];
  while (struck.length < many && missed.length <= many) {
    const number = struck.length;
    const round = roundOf(bed, number, phasesOf[number % phasesOf.length] ?? 'settled');
    try {
      struck.push(await strike(bed, round));
    } catch (error) {
      if (!(error instanceof NotStruck)) throw error;
      missed.push(`${round.phase}: ${error.message.split('\n')[0]}`);
      await bed.revive();
    }
  }
  return { struck, missed };
}

const lateOf = (struck: readonly RoundRecord[]) => struck.flatMap(({ late }) => late);

const summary = ({ struck, missed }: Outcome) => ({
  rounds: struck.length,
  perPhase: Object.fromEntries(
    phases.map((phase) => [phase, struck.filter((round) => round.phase === phase).length]),
  ),
  missed,
  batchesThatCameLate: lateOf(struck).length,
  ofTheseFenced: lateOf(struck).filter(({ error }) => error === fencedCode).length,
  ofTheseTookEffect: lateOf(struck).filter(({ error }) => error === null).length,
  changesOverruled: struck.reduce((sum, round) => sum + round.overruled, 0),
});

labTest(
  `I7: two controllers stopped and woken in every phase of a change spoil nothing (${rounds} rounds)`,
  async (bed) => {
    await bed.wire(authorityName, oneWayMs, 3, 0);
    const outcome = await struckRounds(bed, phases, rounds);
    const { answers, absent } = await bed.witnessCount();
    const figures = {
      ...summary(outcome),
      batches: bed.history.length,
      changes: bed.changes.length,
      lastTerm: bed.changes.at(-1)?.to,
      staleWrites: staleWrites(bed.history, firstTerm),
      termsThatWentBack: termsBack(bed.views),
      witness: { answers, absent },
    };
    recorded('fencing-rounds', figures, outcome.struck);
    await expectSafe(bed);
    expect(figures).toMatchObject({ ofTheseTookEffect: 0, changesOverruled: 0 });
    // Without batches that arrive after their time the rounds would prove nothing.
    expect(figures.ofTheseFenced).toBeGreaterThanOrEqual(outcome.struck.length / phases.length);
    expect(outcome.struck.length).toBe(rounds);
  },
  120_000 + rounds * 30_000,
);

labTest(
  'control: where the provider takes writes without a fence, the harness sees the stale ones',
  async (bed) => {
    const before = bed.history.length;
    await bed.tellAuthority({ fence: 'off' });
    const outcome = await struckRounds(bed, ['in-flight'], controlRounds);
    await bed.tellAuthority({ fence: 'on' });
    const figures = { ...summary(outcome), staleWrites: staleWrites(bed.history, firstTerm) };
    recorded('fencing-rounds-without-a-fence', figures, outcome.struck);
    expect(staleWrites(bed.history.slice(0, before), firstTerm)).toEqual([]);
    expect(figures.staleWrites.length).toBeGreaterThan(0);
    expect(figures.ofTheseTookEffect).toBeGreaterThan(0);
    expect(figures.changesOverruled).toBeGreaterThan(0);
  },
);
