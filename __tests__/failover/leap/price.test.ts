// The price of a strategy in peace: what crosses regions, what the standby serves, and gigabytes, each worked out by hand.
import { describe, expect, test } from '@jest/globals';
import { crowdsOf } from '../../../failover/leap/population.ts';
import { crossRegionGigabytes, priceInPeace } from '../../../failover/leap/price.ts';
import { readPopulations, readResolverModels } from '../../../failover/leap/read-models.ts';
import type { Strategy } from '../../../fleet/fleet.ts';
import { belgium, frankfurt, paris, production } from '../../support/fleets.ts';

const crowds = crowdsOf(readPopulations()['trials']!, readResolverModels());
const regionOf = (id: string) => production.regions.find((region) => region.id === id)!;
const price = (strategy: Strategy, id: string = paris) =>
  priceInPeace({ ...production, strategy }, regionOf(id), crowds);

describe('the share that crosses regions', () => {
  test.each<readonly [Strategy, number]>([
    [{ kind: 'single' }, 0],
    [{ kind: 'failover' }, 0],
    [{ kind: 'weighted' }, 0],
    [{ kind: 'widen', ttlSeconds: 2 }, 0],
    [{ kind: 'hedge', own: 3, standby: 1 }, 1 / 4],
    [{ kind: 'duplicate-sets', copies: 2 }, 2 / 3],
    // Three addresses in Paris, of Belgium's two.
    [{ kind: 'multi', standbyAddresses: 2 }, 2 / 5],
  ])('%j', (strategy, share) => {
    expect(price(strategy).crossRegionShare).toBeCloseTo(share, 12);
  });
});

describe('the standby', () => {
  test('serves its own share and what each region leads to it, less what it leads away', () => {
    // Of a hundred requests: half of Paris's 80, half of Frankfurt's 10, and half of its own 10.
    const led = price({ kind: 'hedge', own: 1, standby: 1 }).standby;
    expect(led).toMatchObject({ region: belgium, ownShare: 0.1 });
    expect(led?.instances).toEqual(regionOf(belgium).instances);
    expect(led?.peaceShare).toBeCloseTo(0.5, 12);
    // Belgium's standby is Frankfurt, to which Paris leads nobody: 5 of its own, 5 of Belgium's.
    const next = price({ kind: 'hedge', own: 1, standby: 1 }, belgium).standby;
    expect(next?.region).toBe(frankfurt);
    expect(next?.peaceShare).toBeCloseTo(0.1, 12);
  });

  test('serves its own weight and no more where nothing is published of it', () => {
    expect(price({ kind: 'single' }).standby).toMatchObject({ ownShare: 0.1, peaceShare: 0.1 });
  });
});

test('a shorter TTL is paid in fetches', () => {
  const fetches = (ttlSeconds: number) =>
    priceInPeace(production, { ...regionOf(paris), answerTtlSeconds: ttlSeconds }, crowds)
      .fetchesPerCacheHour;
  expect(fetches(300)).toBeLessThan(fetches(60));
  expect(fetches(60)).toBeGreaterThan(3_600 / 70);
  expect(fetches(60)).toBeLessThan(3_600 / 50);
});

test('gigabytes are the share of the rate and the size, for thirty days', () => {
  const load = { requestsPerSecond: 50, kilobytes: 800 };
  // 50/s x 0.8 MB x 40 % = 16 MB/s, 2,592,000 s long.
  expect(crossRegionGigabytes({ crossRegionShare: 0.4 }, load)).toBeCloseTo(41_472, 6);
  expect(crossRegionGigabytes({ crossRegionShare: 0 }, load)).toBe(0);
});
