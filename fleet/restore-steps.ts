// The weights through which a region returns: shares of its normal weight, each rounded up so that none is zero.
import type { Fleet, Region } from './fleet.ts';

/** 0.1 * 30 is 3.0000000000000004 in binary: a rounding error must not cost a whole unit. */
const rounding = 1e-9;

/** The ascending weights of a return, the last one the normal weight. Shares that round to the same weight are one step. */
export const stepWeights = ({ weight }: Region, { steering }: Fleet): readonly number[] => [
  ...new Set(steering.restoreSteps.map((share) => Math.ceil(share * weight - rounding))),
];

/** The next weight on the way up; a region at or above its normal weight keeps what it has. */
export const nextWeight = (region: Region, current: number, fleet: Fleet): number =>
  stepWeights(region, fleet).find((weight) => weight > current) ?? current;
