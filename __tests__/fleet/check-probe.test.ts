// How a fleet may probe: each setting at its bound and beyond it.
import { describe, expect, test } from '@jest/globals';
import { probeFaults } from '../../fleet/check-probe.ts';
import { environmentNames } from '../../fleet/fleet.ts';
import type { Fleet, ProbePolicy } from '../../fleet/fleet.ts';
import { fleetFor } from '../../fleet/environments.ts';
import { production } from '../support/fleets.ts';

const { probe } = production;
const fleet = (change: Partial<ProbePolicy>): Fleet => ({
  ...production,
  probe: { ...probe, ...change },
});
const lossy = (change: Partial<ProbePolicy['lossy']>) =>
  fleet({ lossy: { ...probe.lossy, ...change } });
const grey = (change: Partial<ProbePolicy['grey']>) =>
  fleet({ grey: { ...probe.grey, ...change } });
const canary = (targets: readonly string[], reachableMin = 1) =>
  fleet({ canary: { targets, reachableMin } });
const found = (one: Fleet) => probeFaults(one).map((fault) => fault.found);

test.each(environmentNames)('%s probes sensibly', (name) => {
  expect(probeFaults(fleetFor(name))).toEqual([]);
});

test('the four environments that are built have canaries in three networks', () => {
  for (const name of ['qa', 'preproduction', 'production'])
    expect(fleetFor(name).probe.canary).toMatchObject({
      targets: { length: 3 },
      reachableMin: 2,
    });
});

describe('refused, while its neighbour is not:', () => {
  test.each([
    ['one failure condemns', fleet({ failuresToDown: 2 }), fleet({ failuresToDown: 1 })],
    ['trust before doubt', fleet({ successesToUp: 3 }), fleet({ successesToUp: 2 })],
    ['half a failure', fleet({ failuresToDown: 4 }), fleet({ failuresToDown: 3.5 })],
    ['lossy as soon as dead', lossy({ failures: 4 }), lossy({ failures: 3 })],
    ['more failures than results', lossy({ of: 8 }), lossy({ of: 7 })],
    ['more results than there are bits', lossy({ of: 31 }), lossy({ of: 32 })],
    ['lossy for ever', lossy({ failuresToUp: 7 }), lossy({ failuresToUp: 8 })],
    ['never lossy again', lossy({ failuresToUp: 0 }), lossy({ failuresToUp: -1 })],
    ['more samples than beats', grey({ samplesMin: 60 }), grey({ samplesMin: 61 })],
    ['one sample', grey({ samplesMin: 2 }), grey({ samplesMin: 1 })],
    ['a window of hours', grey({ windowMs: 600_000 }), grey({ windowMs: 600_001 })],
    ['no error borne', grey({ errorShareMax: 0.01 }), grey({ errorShareMax: 0 })],
    ['every error borne', grey({ errorShareMax: 0.99 }), grey({ errorShareMax: 1 })],
    ['slow as usual', grey({ slowdownMax: 1.01 }), grey({ slowdownMax: 1 })],
    ['a floor below nothing', grey({ slowMsMin: 0 }), grey({ slowMsMin: -1 })],
    ['a number that is none', grey({ windowMs: 60_000 }), grey({ windowMs: Number.NaN })],
    ['a single canary', canary([]), canary(['192.0.2.1:53'])],
    ['a canary twice', canary(['a:1', 'b:1']), canary(['a:1', 'a:1'])],
    ['a canary without a port', canary(['a:1', 'b:1']), canary(['a:1', 'b'])],
    ['a port that is none', canary(['a:1', 'b:65535']), canary(['a:1', 'b:65536'])],
    ['none needed', canary(['a:1', 'b:1'], 1), canary(['a:1', 'b:1'], 0)],
    ['more needed than there are', canary(['a:1', 'b:1'], 2), canary(['a:1', 'b:1'], 3)],
    [
      'nine canaries',
      canary(Array.from({ length: 8 }, (_, i) => `h${i}:1`)),
      canary(Array.from({ length: 9 }, (_, i) => `h${i}:1`)),
    ],
  ])('%s', (_, right, wrong) => {
    expect(found(right)).toEqual([]);
    expect(found(wrong)).toHaveLength(1);
  });
});
