// Another strategy for a running fleet: one vantage after another, never two away at once, and not while a fault lasts.
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { strategyDesk, strategyFile } from '../../local/strategy-desk.ts';
import { strategy } from '../support/strategies.ts';
import { withFolder } from '../support/folder.ts';

function fleetIn(directory: string, isStruck = false) {
  const told: string[] = [];
  const managed = (name: string) => ({
    stop: () => Promise.resolve(void told.push(`${name} stop`)),
    start: () => {
      told.push(`${name} start with ${readFileSync(strategyFile(directory), 'utf8').trim()}`);
      return Promise.resolve({ url: '' } as never);
    },
  });
  const desk = strategyDesk({
    directory,
    vantages: new Map(['dublin', 'finland'].map((name) => [name, managed(name)])),
    isStruck: () => isStruck,
    onChange: () => undefined,
  });
  return { desk, told };
}

test('each vantage is away alone, and comes back with it', async () => {
  const told = await withFolder(async (folder) => {
    const fleet = fleetIn(folder);
    await fleet.desk.set(strategy('hedge'));
    return fleet.told;
  });
  expect(told).toEqual([
    'dublin stop',
    'dublin start with hedge:1:1',
    'finland stop',
    'finland start with hedge:1:1',
  ]);
});

test('nobody is started anew while a fault lasts, or twice at once', async () => {
  await withFolder(async (folder) => {
    const struck = fleetIn(folder, true);
    await expect(struck.desk.set(strategy('multi'))).rejects.toMatchObject({ code: 'not-now' });
    expect(struck.told).toEqual([]);
    const { desk } = fleetIn(folder);
    const first = desk.set(strategy('multi'));
    await expect(desk.set(strategy('hedge'))).rejects.toMatchObject({ code: 'not-now' });
    await first;
    await desk.set(strategy('hedge'));
  });
});
