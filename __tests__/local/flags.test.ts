// Raising and lowering flags: who may, what is refused, and what is written for whoever comes next.
import { expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetch } from 'undici';
import type { RegionId } from '../../fleet/fleet.ts';
import { startFlagStore } from '../../local/flag-store.ts';
import { filePole, flagsStanding, lowerFlag, raiseFlag } from '../../local/flags.ts';
import { belgium, frankfurt, paris, production } from '../support/fleets.ts';
import { withFolder } from '../support/folder.ts';

const request = {
  region: paris as string,
  reason: 'the vantages are gone',
  actor: 'jane',
  raisedAt: '2026-11-21T12:00:00.000Z',
  until: '2026-11-21T13:00:00.000Z',
};

const withDesk = <T>(
  work: (desk: ReturnType<typeof deskIn>, folder: string) => Promise<T>,
): Promise<T> => withFolder((folder) => work(deskIn(folder), folder));

function deskIn(folder: string) {
  const dead = new Set<RegionId>();
  return {
    fleet: production,
    pole: filePole(join(folder, 'flags')),
    dead,
    answers: (region: RegionId) => Promise.resolve(!dead.has(region)),
  };
}

test('a flag says why, who, since when and until when', () =>
  withDesk(async (desk, folder) => {
    expect(await raiseFlag(desk, request)).toMatchObject({ isNew: true });
    const { region: _, ...note } = request;
    expect(JSON.parse(readFileSync(join(folder, 'flags', paris), 'utf8'))).toEqual(note);
    expect(await flagsStanding(desk)).toEqual([
      { region: paris, note },
      { region: belgium, note: null },
      { region: frankfurt, note: null },
    ]);
  }));

test('raising twice changes nothing: the first reason stands', () =>
  withDesk(async (desk) => {
    await raiseFlag(desk, request);
    const again = await raiseFlag(desk, { ...request, actor: 'joe', reason: 'other' });
    expect(again).toMatchObject({ isNew: false, note: { actor: 'jane' } });
    expect(await desk.pole.read(paris)).toMatchObject({ actor: 'jane' });
  }));

test('of two who raise it at the same moment one does, and the other is told of him', () =>
  withDesk(async (desk) => {
    const blind = { ...desk.pole, read: () => Promise.resolve(null) };
    await raiseFlag(desk, request);
    expect((await raiseFlag({ ...desk, pole: blind }, request)).isNew).toBe(false);
  }));

test('lowering takes it down, and once more does nothing', () =>
  withDesk(async (desk) => {
    await raiseFlag(desk, request);
    expect(await lowerFlag(desk, paris)).toMatchObject({ actor: 'jane' });
    expect(await desk.pole.read(paris)).toBeNull();
    expect(await lowerFlag(desk, paris)).toBeNull();
  }));

test('the last region is not taken: others flagged or dead', () =>
  withDesk(async (desk) => {
    await raiseFlag(desk, { ...request, region: belgium });
    desk.dead.add(frankfurt);
    await expect(raiseFlag(desk, request)).rejects.toThrow(
      /gcp-belgium has a flag of its own, azure-frankfurt does not answer/,
    );
    expect(await desk.pole.read(paris)).toBeNull();
    desk.dead.clear();
    expect(await raiseFlag(desk, request)).toMatchObject({ isNew: true });
  }));

test('a flag that stands is told also when nobody else is left', () =>
  withDesk(async (desk) => {
    await raiseFlag(desk, request);
    desk.dead.add(frankfurt).add(belgium);
    expect(await raiseFlag(desk, request)).toMatchObject({ isNew: false });
  }));

test.each([
  ['an unknown region', { region: 'aws-oslo' }, /no region "aws-oslo"/],
  ['a path', { region: '../secret' }, /no region/],
  ['no reason', { reason: ' ' }, /1 characters/],
  ['a novel', { reason: 'x'.repeat(201) }, /201 characters/],
])('%s is refused', (_, change, words) =>
  withDesk(async (desk) => {
    await expect(raiseFlag(desk, { ...request, ...change })).rejects.toThrow(words);
  }),
);

test('an object that somebody put in haste is a flag too', () =>
  withDesk(async (desk, folder) => {
    await raiseFlag(desk, request);
    writeFileSync(join(folder, 'flags', paris), '');
    expect(await desk.pole.read(paris)).toMatchObject({ reason: 'no reason given' });
  }));

test('anybody may see that a flag is raised, and nothing else of the disk', () =>
  withDesk(async (desk, folder) => {
    const store = await startFlagStore(join(folder, 'flags'));
    const status = async (name: string) => (await fetch(`${store.url}${name}`)).status;
    try {
      expect(await status(paris)).toBe(403);
      await raiseFlag(desk, request);
      writeFileSync(join(folder, 'secret'), 'x');
      expect(await status(paris)).toBe(200);
      expect(await status(belgium)).toBe(403);
      expect(await status('..%2fsecret')).toBe(403);
      expect(await status('../secret')).toBe(403);
      expect((await fetch(`http://${store.host}:${store.port}/`)).status).toBe(403);
    } finally {
      await store.close();
    }
  }));
