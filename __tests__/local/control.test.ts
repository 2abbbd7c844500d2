import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { askControl, startControl } from '../../local/control.ts';
import type { Control } from '../../local/control.ts';
import type { FleetRecord } from '../../local/fleet-files.ts';
import type { ManagedProcess } from '../../local/managed-process.ts';
import { createRegionFaults } from '../../local/region-faults.ts';
import type { RegionFaults } from '../../local/region-faults.ts';

const minuteMs = 60_000;
let told: string[] = [];
let faults: RegionFaults;
let control: Control;
let record: FleetRecord;

/** Regions that only note what they are told to suffer. */
const region = (name: string) =>
  ({
    kill: () => void told.push(`${name} kill`),
    start: () => Promise.resolve(told.push(`${name} start`)),
    freeze: () => void told.push(`${name} freeze`),
    thaw: () => void told.push(`${name} thaw`),
    tell: ({ fault }: { fault: string }) => void told.push(`${name} ${fault}`),
  }) as unknown as ManagedProcess;

beforeEach(async () => {
  told = [];
  const regions = new Map(['paris', 'belgium'].map((name) => [name, region(name)]));
  faults = createRegionFaults(regions, () => undefined);
  control = await startControl(faults, 'secret');
  record = { control: { url: control.url, token: 'secret' } } as FleetRecord;
});

afterEach(async () => {
  faults.close();
  await control.close();
});

test.each([
  ['kill', ['paris kill', 'paris start']],
  ['freeze', ['paris freeze', 'paris thaw']],
  ['refuse', ['paris refuse', 'paris none']],
  ['slow', ['paris slow', 'paris none']],
] as const)('%s begins and ends', async (fault, both) => {
  await askControl(record, 'POST', '/faults', { region: 'paris', fault, forMs: minuteMs });
  expect(await askControl(record, 'GET', '/faults')).toMatchObject([{ region: 'paris', fault }]);
  expect(await askControl(record, 'DELETE', '/faults/paris')).toEqual([]);
  expect(told).toEqual(both);
});

test('a fault ends by itself when its time is up', async () => {
  await askControl(record, 'POST', '/faults', { region: 'paris', fault: 'freeze', forMs: 20 });
  while (faults.active().length > 0)
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  expect(told).toEqual(['paris freeze', 'paris thaw']);
});

test('a second fault at the same time is refused: a drill shows the loss of one region', async () => {
  await askControl(record, 'POST', '/faults', { region: 'paris', fault: 'kill', forMs: minuteMs });
  await expect(
    askControl(record, 'POST', '/faults', { region: 'belgium', fault: 'kill', forMs: minuteMs }),
  ).rejects.toMatchObject({ code: 'fault-active' });
  expect(told).toEqual(['paris kill']);
});

test.each([
  [{ region: 'nowhere', fault: 'kill', forMs: 1_000 }, 'unknown-region'],
  [{ region: 'paris', fault: 'flood', forMs: 1_000 }, 'unknown-fault'],
  [{ region: 'paris', fault: 'kill', forMs: 30 * minuteMs + 1 }, 'wrong-request'],
  [{ region: 'paris', fault: 'kill', forMs: 0 }, 'wrong-request'],
  [{ region: 'paris' }, 'wrong-request'],
])('%j is refused as %s', async (order, code) => {
  await expect(askControl(record, 'POST', '/faults', order)).rejects.toMatchObject({ code });
  expect(told).toEqual([]);
});

test('without the secret nobody takes a region down', async () => {
  const stranger = { control: { url: control.url, token: 'guess!' } } as FleetRecord;
  const order = { region: 'paris', fault: 'kill', forMs: 1_000 };
  await expect(askControl(stranger, 'POST', '/faults', order)).rejects.toMatchObject({
    code: 'wrong-token',
  });
  expect(told).toEqual([]);
});
