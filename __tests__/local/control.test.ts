import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Strategy } from '../../fleet/fleet.ts';
import { askControl, startControl } from '../../local/control.ts';
import type { Control } from '../../local/control.ts';
import { createFaultDesk } from '../../local/fault-desk.ts';
import type { FaultDesk } from '../../local/fault-desk.ts';
import type { FleetRecord } from '../../local/fleet-files.ts';
import type { ManagedProcess } from '../../local/managed-process.ts';
const minuteMs = 60_000;
let told: string[] = [];
let set: Strategy[] = [];
let faults: FaultDesk;
let control: Control;
let record: FleetRecord;

/** Regions and vantages that only note what they are told to suffer. */
const managed = (name: string) =>
  ({
    kill: () => void told.push(`${name} kill`),
    start: () => Promise.resolve(told.push(`${name} start`)),
    freeze: () => void told.push(`${name} freeze`),
    thaw: () => void told.push(`${name} thaw`),
    throttle: (idleShare: number) => void told.push(`${name} idle ${idleShare.toFixed(2)}`),
    tell: ({ fault, sever }: { fault?: string; sever?: readonly string[] }) => {
      if (fault !== undefined) told.push(`${name} ${fault}`);
      if (sever !== undefined && sever.length > 0) told.push(`${name} without ${sever.join(' ')}`);
    },
  }) as unknown as ManagedProcess;

const desk = (leaseMs?: number) =>
  createFaultDesk({
    regions: new Map(['paris', 'belgium'].map((name) => [name, managed(name)])),
    vantages: new Map(['dublin', 'finland'].map((name) => [name, managed(name)])),
    places: {
      api: ['api:1'],
      regions: ['paris:443', 'belgium:443'],
      vantages: { dublin: 'dublin:5500', finland: 'finland:5500' },
    },
    flags: {
      raise: (region) => void told.push(`flag of ${region}`),
      lower: (region) => void told.push(`no flag of ${region}`),
    },
    onChange: () => undefined,
    ...(leaseMs === undefined ? {} : { leaseMs }),
  });

beforeEach(async () => {
  told = [];
  faults = desk();
  set = [];
  control = await startControl(faults, 'secret', {
    set: (strategy) => Promise.resolve(void set.push(strategy)),
  });
  record = { control: { url: control.url, token: 'secret' } } as FleetRecord;
});

afterEach(async () => {
  faults.close();
  await control.close();
});

const order = (target: string, fault: string, forMs = minuteMs) => ({
  drill: 'isolation',
  target,
  fault,
  forMs,
});

test.each([
  ['paris', 'kill', ['paris kill', 'paris start']],
  ['paris', 'freeze', ['paris freeze', 'paris thaw']],
  ['paris', 'refuse', ['paris refuse', 'paris none']],
  ['paris', 'isolate', ['paris isolate', 'paris none']],
  ['paris', 'starve', ['paris idle 0.67', 'paris thaw']],
  ['paris', 'flag', ['flag of paris', 'no flag of paris']],
  ['dublin', 'kill', ['dublin kill', 'dublin start']],
  ['dublin', 'freeze', ['dublin freeze', 'dublin thaw']],
  ['dublin', 'cut-api', ['dublin without api:1']],
  ['dublin', 'cut-regions', ['dublin without paris:443 belgium:443']],
  ['dublin', 'cut-peers', ['dublin without finland:5500', 'finland without dublin:5500']],
])('%s suffers %s, and no longer', async (target, fault, both) => {
  const [active] = await askControl(record, 'POST', '/faults', order(target, fault));
  expect(active).toMatchObject({ drill: 'isolation', target, fault });
  expect(await askControl(record, 'DELETE', '/faults')).toEqual([]);
  expect(told).toEqual(both);
});

const untilMsMax = 3_000;

async function until(holds: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + untilMsMax;
  while (!holds()) {
    if (performance.now() > deadlineMs) throw new Error('it never held');
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

test('a fault ends by itself when its time is up', async () => {
  await askControl(record, 'POST', '/faults', order('paris', 'freeze', 20));
  await until(() => faults.active().length === 0);
  expect(told).toEqual(['paris freeze', 'paris thaw']);
});

test('when nobody watches any more every fault ends, long before its time', async () => {
  const unwatched = desk(30);
  unwatched.inflict(order('paris', 'freeze'));
  unwatched.inflict(order('belgium', 'refuse'));
  await until(() => unwatched.active().length === 0);
  expect(told).toEqual(['paris freeze', 'belgium refuse', 'paris thaw', 'belgium none']);
});

test('a drill that is watched goes on beyond one lease', async () => {
  const watched = desk(60);
  watched.inflict(order('paris', 'freeze'));
  const renewing = setInterval(() => watched.renew('isolation'), 10);
  await new Promise((resolve) => {
    setTimeout(resolve, 150);
  });
  expect(watched.active()).toHaveLength(1);
  clearInterval(renewing);
  await until(() => watched.active().length === 0);
});

test('a second drill at the same time is refused; the first may strike again elsewhere', async () => {
  await askControl(record, 'POST', '/faults', order('paris', 'kill'));
  await expect(
    askControl(record, 'POST', '/faults', { ...order('belgium', 'kill'), drill: 'other' }),
  ).rejects.toMatchObject({ code: 'drill-running' });
  await askControl(record, 'POST', '/faults', order('dublin', 'freeze'));
  expect(told).toEqual(['paris kill', 'dublin freeze']);
});

test('two faults of one balancer are refused, a fault of its processes beside one is not', async () => {
  await askControl(record, 'POST', '/faults', order('paris', 'zone'));
  await expect(askControl(record, 'POST', '/faults', order('paris', 'grey'))).rejects.toMatchObject(
    { code: 'fault-active' },
  );
  await askControl(record, 'POST', '/faults', order('paris', 'short'));
  expect(told).toEqual(['paris zone', 'paris idle 0.33']);
});

test.each([
  [order('nowhere', 'kill'), 'unknown-target'],
  [order('paris', 'flood'), 'unknown-fault'],
  [order('paris', 'cut-api'), 'unknown-fault'],
  [order('dublin', 'grey'), 'unknown-fault'],
  [order('paris', 'kill', 30 * minuteMs + 1), 'wrong-request'],
  [order('paris', 'kill', 0), 'wrong-request'],
  [{ target: 'paris' }, 'wrong-request'],
])('%j is refused as %s', async (wrong, code) => {
  await expect(askControl(record, 'POST', '/faults', wrong)).rejects.toMatchObject({ code });
  expect(told).toEqual([]);
});

test('without the secret nobody takes a region down', async () => {
  const stranger = { control: { url: control.url, token: 'guess!' } } as FleetRecord;
  await expect(
    askControl(stranger, 'POST', '/faults', order('paris', 'kill')),
  ).rejects.toMatchObject({ code: 'wrong-token' });
  expect(told).toEqual([]);
});

test('a strategy is read strictly, and set', async () => {
  await askControl(record, 'POST', '/strategy', { strategy: 'hedge:1:2' });
  expect(set).toEqual([{ kind: 'hedge', own: 1, standby: 2 }]);
  for (const strategy of ['literal:2', 'multi:2', 'hedge', 7, null])
    await expect(askControl(record, 'POST', '/strategy', { strategy })).rejects.toMatchObject({
      code: 'wrong-strategy',
    });
  expect(set).toHaveLength(1);
});
