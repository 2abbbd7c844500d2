// Whether a strategy can be published at all, for the addresses that the fleet's regions have.
import type { ErrorParts } from './errors.ts';
import type { Fleet, Region, Strategy } from './fleet.ts';

/** Beyond four of the standby for each own one the standby is the primary in all but name. */
const standbyMax = 4;
/** Split over at most eight addresses of the other side, a share of 31 is a weight of 248; Route 53 takes 255. */
const shareMax = 31;
/** A resolver that holds nothing asks once per TTL: at 1 s it is asked more often than a region is probed. */
const widenTtlSecondsMax = 60;

const isWholeIn = (value: number, low: number, high: number) =>
  Number.isInteger(value) && value >= low && value <= high;

/** Every fault of a fleet's strategy; an empty list means that it is published as it is written, and that Route 53 takes it. */
export function strategyFaults({
  strategy,
  regions,
}: Pick<Fleet, 'strategy' | 'regions'>): readonly ErrorParts[] {
  const fault = faultOf(strategy) ?? scarcityFault(strategy, regions);
  return fault === null ? [] : [fault];
}

/** Published all the same it would be a weaker strategy under a stronger one's name. */
function scarcityFault(strategy: Strategy, regions: readonly Region[]): ErrorParts | null {
  if (strategy.kind !== 'multi') return null;
  const { standbyAddresses: wanted } = strategy;
  const scarce = regions.flatMap(({ id, standby: [first] }) => {
    const standby = regions.find((region) => region.id === first);
    // Without any it has a fault of its own.
    if (standby === undefined || standby.addressCount < 1 || standby.addressCount >= wanted)
      return [];
    return [{ id, standby }];
  });
  const [one] = scarce;
  if (one === undefined) return null;
  const least = Math.min(...scarce.map(({ standby }) => standby.addressCount));
  return {
    found: `a strategy with ${wanted} standby addresses for ${one.id}, whose standby ${one.standby.id} has ${one.standby.addressCount}`,
    why: 'Each must be a distinct address: Route 53 refuses one address twice in a set',
    remedy: `Choose multi:${least} or less, or duplicate-sets:${wanted} for the odds of one address among several, or build more addresses`,
  };
}

function faultOf(strategy: Strategy): ErrorParts | null {
  switch (strategy.kind) {
    case 'single':
    case 'failover':
    case 'weighted':
      return null;
    case 'hedge':
      return hedgeFault(strategy.own, strategy.standby);
    case 'duplicate-sets':
      if (isWholeIn(strategy.copies, 1, standbyMax)) return null;
      return {
        found: `a strategy with ${strategy.copies} set identifiers for the standby`,
        why: 'Each one moves as much peacetime traffic across regions as the region keeps, and none is the strategy "single"',
        remedy: `Choose 1..${standbyMax} copies`,
      };
    case 'multi':
      if (isWholeIn(strategy.standbyAddresses, 1, standbyMax)) return null;
      return {
        found: `a strategy with ${strategy.standbyAddresses} standby addresses`,
        why: 'Each one moves peacetime traffic across regions, and none is the strategy "single"',
        remedy: `Choose 1..${standbyMax}, or { kind: "single" }`,
      };
    case 'literal':
      return {
        found: `a strategy that publishes one address ${strategy.copies} times in one record set`,
        why: 'Route 53 refuses the whole batch (InvalidChangeBatch, Duplicate Resource Record), and no failover could be written',
        remedy:
          'Use { kind: "multi", standbyAddresses: 2 } for distinct addresses, or { kind: "duplicate-sets", copies: 2 } for the same odds',
      };
    case 'widen':
      if (isWholeIn(strategy.ttlSeconds, 1, widenTtlSecondsMax)) return null;
      return {
        found: `a strategy that widens with a TTL of ${strategy.ttlSeconds} s`,
        why: 'What is published on a mere suspicion must be forgotten soon',
        remedy: `Choose 1..${widenTtlSecondsMax} s; 2 is usual`,
      };
  }
}

function hedgeFault(own: number, standby: number): ErrorParts | null {
  if (isWholeIn(own, 1, shareMax) && isWholeIn(standby, 1, shareMax)) return null;
  return {
    found: `a hedge of ${own} : ${standby}`,
    why: `Shares are split over up to eight addresses a side and must stay whole weights of at most 255`,
    remedy: `Choose two whole numbers of 1..${shareMax}, for example 1 : 1; "single" is the hedge without a standby`,
  };
}
