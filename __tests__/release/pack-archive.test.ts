import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packArchive } from '../../release/pack-archive.ts';
import { withFolder } from '../support/folder.ts';

function tree(folder: string, order: readonly string[], seconds: number): string {
  mkdirSync(join(folder, 'a'), { recursive: true });
  for (const name of order) {
    writeFileSync(join(folder, name), name);
    utimesSync(join(folder, name), seconds, seconds);
  }
  chmodSync(join(folder, 'a/run'), seconds > 1_000 ? 0o775 : 0o755);
  return folder;
}

test('the same content gives the same archive, whatever its dates, order and group permissions', async () => {
  await withFolder(async (folder) => {
    const one = tree(join(folder, 'one'), ['a/run', 'b', 'c'], 1_000);
    const two = tree(join(folder, 'two'), ['c', 'b', 'a/run'], 2_000);
    const first = await packArchive(one, join(folder, 'one.tar.gz'));
    const second = await packArchive(two, join(folder, 'two.tar.gz'));
    expect(first).toEqual({ ...second, file: 'one.tar.gz' });
    expect(first.sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

test('other content gives another archive, and programs stay executable', async () => {
  await withFolder(async (folder) => {
    const one = tree(join(folder, 'one'), ['a/run', 'b'], 1_000);
    const first = await packArchive(one, join(folder, 'one.tar.gz'));
    writeFileSync(join(one, 'b'), 'changed');
    const second = await packArchive(one, join(folder, 'two.tar.gz'));
    expect(second.sha256).not.toBe(first.sha256);
    const list = execFileSync('tar', ['-tvzf', join(folder, 'two.tar.gz')], { encoding: 'utf8' });
    expect(list).toMatch(/^-rwxr-xr-x 0\/0 .* \.\/a\/run$/m);
  });
});

test('what failed is named, with what the program said and what to do', async () => {
  await withFolder(async (folder) => {
    const failing = packArchive(join(folder, 'missing'), join(folder, 'x.tar.gz'));
    await expect(failing).rejects.toThrow(/Packing x\.tar\.gz failed.*missing.*GNU tar/s);
  });
});
