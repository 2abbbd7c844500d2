// I5 on real sockets: a vantage that is cut off, one way or from everything, takes no region away.
import { expect } from '@jest/globals';
import type { WireFault } from '../../failover/lab/wire-faults.ts';
import { paris } from '../support/fleets.ts';
import { expectSafe } from '../support/lab/expect-safe.ts';
import { resolverName } from '../support/lab/lab-programs.ts';
import { authorityName } from '../support/lab/lab-records.ts';
import { labSuite } from '../support/lab/lab-suite.ts';
import { afterProbes, blinded, left, seesDown } from '../support/lab/leaving.ts';

const labTest = labSuite({ pace: 'brisk' });
const probesToLast = 6;

labTest('I5: a vantage that hears nothing from any region leaves none of them', async (bed) => {
  await bed.peacetime();
  const [deaf = '', ...others] = bed.vantages;
  const regions = bed.fleet.regions.map(({ id }) => id);
  const before = bed.changes.length;
  const silence = (from: string): WireFault => ({
    kind: 'drop',
    from: bed.address(from),
    to: bed.address(deaf),
  });
  await bed.strike(...regions.map(silence));
  await seesDown(bed, deaf, regions);
  await afterProbes(bed, deaf, paris, probesToLast);
  expect(bed.changes.length).toBe(before);

  // Nor does it when it cannot hear that the others disagree.
  const since = await bed.strike(...[...regions, ...others].map(silence));
  await bed.until('it counts for nobody but itself', () =>
    bed.journal(since).find((l) => l.vantage === deaf && l['standing'] === 'unknown'),
  );
  await afterProbes(bed, deaf, paris, probesToLast);
  expect(bed.changes.length).toBe(before);
});

labTest(
  'I5: a vantage that reaches no place outside the fleet either abstains, and makes no quorum',
  async (bed) => {
    await bed.peacetime();
    const [blind = '', second = ''] = bed.vantages;
    const before = bed.changes.length;
    const since = await bed.strike(
      { kind: 'drop', to: bed.address(blind), from: bed.address(resolverName) },
      { kind: 'drop', to: bed.address(blind), from: bed.address(authorityName) },
      ...blinded(bed, [blind, second], paris),
    );
    await bed.until('it abstains', async () =>
      (await bed.metric(blind, 'failover_abstains')) === 1 ? true : null,
    );
    await seesDown(bed, second, [paris]);
    await afterProbes(bed, second, paris, probesToLast);
    expect(bed.changes.length).toBe(before);

    // Control: with its canaries in sight the same two are a quorum.
    await bed.strike(...blinded(bed, [blind, second], paris));
    await left(bed, paris, since);
  },
);

labTest('in all of this no record was absent, no term went back and no step was too large', (bed) =>
  expectSafe(bed),
);
