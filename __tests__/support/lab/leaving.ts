// How a region is left: when the first quorum found it down, when the provider took the batch, and when it was served.
import { expect } from '@jest/globals';
import type { WireFault } from '../../../failover/lab/wire-faults.ts';
import type { Testbed } from './testbed.ts';

export interface Leaving {
  readonly detectedMs: number;
  readonly acceptedMs: number;
  readonly servedMs: number;
  /** What the machine stole meanwhile from everybody on it. */
  readonly stolenMs: number;
}

export async function left(bed: Testbed, region: string, since: number): Promise<Leaving> {
  const batch = await bed.until(`${region} is left`, () =>
    bed.changes.find((b) => b.at >= since && b.weights[region] === 0),
  );
  const view = await bed.until('the change is served', () =>
    bed.views.find((v) => v.term === batch.to),
  );
  const verdict = await bed.until('the verdict is in a journal', () =>
    bed
      .journal(since)
      .find((l) => l.kind === 'verdict' && l['region'] === region && l['standing'] === 'down'),
  );
  return {
    detectedMs: verdict.at - since,
    acceptedMs: batch.at - since,
    servedMs: view.at - since,
    stolenMs: Math.round(bed.lateness.stolenMs(since, verdict.at)),
  };
}

/** Seconds are only as good as the machine's: what it stole is granted, and said when it is much. */
export function expectInTime(
  what: string,
  tookMs: number,
  limitMs: number,
  stolenMs: number,
): void {
  if (stolenMs > limitMs / 4)
    console.warn(`${what}: this machine was late by ${stolenMs} ms, and so much is granted.`);
  expect(tookMs).toBeLessThan(limitMs + stolenMs);
}

/** Everything between some vantages and a region is dropped, both ways. */
export const blinded = (
  bed: Testbed,
  vantages: readonly string[],
  region: string,
): readonly WireFault[] =>
  vantages.flatMap((vantage): WireFault[] => [
    { kind: 'drop', from: bed.address(vantage), to: bed.address(region) },
    { kind: 'drop', from: bed.address(region), to: bed.address(vantage) },
  ]);

export const seesDown = (bed: Testbed, vantage: string, regions: readonly string[]) =>
  bed.until(`${vantage} sees ${regions.join(', ')} down`, async () => {
    const opinions = await Promise.all(
      regions.map((region) => bed.metric(vantage, 'failover_opinion', { region })),
    );
    return opinions.every((opinion) => opinion === 0) ? true : null;
  });

/** Until a vantage has probed a region so many times more: so long must what is claimed to last have lasted. */
export async function afterProbes(
  bed: Testbed,
  vantage: string,
  region: string,
  many: number,
): Promise<void> {
  const before = await bed.probes(vantage, region);
  await bed.until(`${vantage} has probed ${region} ${many} times`, async () =>
    (await bed.probes(vantage, region)) >= before + many ? true : null,
  );
}
