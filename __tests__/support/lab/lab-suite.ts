// Tests on one testbed: built before the first, healed after each, gone after the last; skipped with the reason where it cannot be.
import { afterAll, afterEach, beforeAll, test } from '@jest/globals';
import { enclosureObstacle } from '../../../failover/lab/enclosure.ts';
import { Testbed } from './testbed.ts';
import type { TestbedOptions } from './lab-world.ts';

const startMsMax = 180_000;
const testMsMax = 120_000;

export type LabTest = (name: string, work: (bed: Testbed) => Promise<void>, msMax?: number) => void;

export function labSuite(options: TestbedOptions): LabTest {
  const obstacle = enclosureObstacle();
  if (obstacle !== null) {
    console.warn(`The network tests are skipped: ${obstacle}.`);
    return (name) => test.skip(`${name} (skipped: ${obstacle})`, () => undefined);
  }
  let bed: Testbed | null = null;
  beforeAll(async () => {
    bed = await Testbed.start(options);
  }, startMsMax);
  afterEach(async () => {
    await bed?.revive();
  }, startMsMax);
  afterAll(() => bed?.close(), startMsMax);
  return (name, work, msMax = testMsMax) =>
    test(
      name,
      async () => {
        if (bed === null) throw new Error('the testbed was not built');
        await work(bed);
      },
      msMax,
    );
}

/** How often the tests that gather figures repeat themselves. */
export const roundsOr = (usual: number): number =>
  Number(process.env['EVENKEEL_NET_ROUNDS'] ?? usual);
