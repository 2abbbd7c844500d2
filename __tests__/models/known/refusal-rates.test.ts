// Refusals are counted by group and by reason, over folders, files and the tasks of a manifest.
import { expect, test } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../../fleet/errors.ts';
import { manifestGroups, pictureGroup } from '../../../models/known/picture-groups.ts';
import { refusalRates } from '../../../models/known/refusal-rates.ts';
import { withFolder } from '../../support/bundles.ts';

const parts = { found: 'x', why: 'y', remedy: 'z' };

/** Reads a picture as what its first byte says. */
const reader = {
  read: async ([kind]: Uint8Array) => {
    if (kind === 1) throw new InputError('not-this-kind-of-film', parts);
    if (kind === 2) throw new InputError('blank-image', parts);
    if (kind === 3) throw new Error('a bug');
    return {
      logit: 0,
      probability: 0.5,
      features: null,
      isFamiliar: kind !== 4,
      heatmapPng: new Uint8Array(),
    };
  },
};

test('a folder is read with all folders in it, and only its pictures', () =>
  withFolder(async (folder) => {
    await mkdir(join(folder, 'inner'));
    for (const [name, kind] of [
      ['a.png', 0],
      ['inner/b.JPG', 1],
      ['c.jpeg', 2],
      ['d.txt', 1],
      ['e.png', 4],
    ] as const)
      await writeFile(join(folder, name), Uint8Array.of(kind));
    const group = await pictureGroup(folder);
    const [rate] = await refusalRates(reader, [group]);
    expect(rate).toMatchObject({
      group: folder,
      n: 4,
      refused: 2,
      unfamiliar: 1,
      codes: { 'not-this-kind-of-film': 1, 'blank-image': 1 },
    });
    expect(rate!.share.value).toBeCloseTo(1 / 2, 12);
  }));

test('a manifest gives a group for each of its tasks, of the split that is asked for', () =>
  withFolder(async (folder) => {
    const manifest = join(folder, 'manifest.csv');
    const rows = ['a.png,chest,0,P1,test', 'b.png,knee,1,P2,test', 'c.png,chest,1,P3,train'];
    await writeFile(manifest, ['file,task,label,patient_id,split', ...rows].join('\n'));
    const names = async (split: string | undefined) =>
      (await manifestGroups(manifest, { root: folder, split })).map(({ name, files }) => [
        name,
        files.length,
      ]);
    expect(await names(undefined)).toEqual([
      ['chest', 2],
      ['knee', 1],
    ]);
    expect(await names('test')).toEqual([
      ['chest', 1],
      ['knee', 1],
    ]);
  }));

test('what is no picture is refused by name, and a bug is no refusal', () =>
  withFolder(async (folder) => {
    await expect(pictureGroup(folder)).rejects.toMatchObject({ code: 'no-pictures' });
    await expect(pictureGroup(join(folder, 'none'))).rejects.toMatchObject({ code: 'no-pictures' });
    const file = join(folder, 'x.png');
    await writeFile(file, Uint8Array.of(3));
    await expect(refusalRates(reader, [await pictureGroup(file)])).rejects.toThrow('a bug');
  }));
