import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { entryBytesMax, listZip, readEntry } from '../../../models/data/unzip.ts';
import type { ZipPart } from '../../support/zip.ts';
import { writeZip } from '../../support/zip.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'evenkeel-zip-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function withZip<T>(
  bytes: Uint8Array,
  use: (archive: Awaited<ReturnType<typeof open>>) => Promise<T>,
) {
  const file = path.join(dir, 'a.zip');
  await writeFile(file, bytes);
  const archive = await open(file);
  try {
    return await use(archive);
  } finally {
    await archive.close();
  }
}
const readAll = (bytes: Uint8Array) =>
  withZip(bytes, async (archive) => {
    const files: Record<string, string> = {};
    for (const entry of await listZip(archive))
      files[entry.name] = Buffer.from(await readEntry(archive, entry)).toString();
    return files;
  });
const text = (name: string, content: string, more: Partial<ZipPart> = {}): ZipPart => ({
  name,
  data: Buffer.from(content),
  ...more,
});

describe('a zip archive', () => {
  test('gives its files, packed or stored, and no folders', async () => {
    const zip = writeZip([
      text('a/', ''),
      text('a/one.txt', 'one '.repeat(100)),
      text('two.txt', 'two', { stored: true }),
      text('empty.txt', ''),
    ]);
    expect(await readAll(zip)).toEqual({
      'a/one.txt': 'one '.repeat(100),
      'two.txt': 'two',
      'empty.txt': '',
    });
  });

  test('may end in a comment', async () => {
    const zip = Buffer.concat([writeZip([text('a', 'x')]), Buffer.from('a comment')]);
    expect(await readAll(zip)).toEqual({ a: 'x' });
  });

  test.each(['../evil', 'a/../../evil', '/etc/passwd', 'C:/evil', 'a\\..\\evil', 'nul\0byte'])(
    'with an entry called %j is refused as a whole',
    async (name) => {
      await expect(readAll(writeZip([text('good', 'x'), text(name, 'x')]))).rejects.toMatchObject({
        code: 'zip-unsafe',
      });
    },
  );

  test.each([
    ['a symbolic link', text('link', '/etc', { mode: 0o120777 }), 'zip-unsafe'],
    ['an encrypted entry', text('a', 'x', { flags: 1 }), 'zip-unsupported'],
    ['another packing method', text('a', 'x', { method: 12 }), 'zip-unsupported'],
    ['a wrong checksum', text('a', 'x', { crc: 1 }), 'zip-damaged'],
    ['more bytes than stated', text('a', 'x'.repeat(1_000), { bytes: 10 }), 'zip-damaged'],
    ['fewer bytes than stated', text('a', 'x', { bytes: 10 }), 'zip-damaged'],
    ['an entry above the limit', text('a', 'x', { bytes: entryBytesMax + 1 }), 'zip-too-large'],
  ])('with %s is refused', async (_, part, code) => {
    await expect(readAll(writeZip([part]))).rejects.toMatchObject({ code });
  });

  test('an entry of exactly the limit is let through to be read', async () => {
    const zip = writeZip([text('a', 'x', { bytes: entryBytesMax })]);
    await withZip(zip, async (archive) => expect(await listZip(archive)).toHaveLength(1));
  });

  test.each([
    ['no zip', Buffer.from('this is not a zip archive at all')],
    ['an empty file', Buffer.alloc(0)],
    ['a zip without its end', writeZip([text('a', 'x')]).subarray(0, 60)],
    ['a zip without its beginning', writeZip([text('a', 'x'.repeat(99))]).subarray(20)],
  ])('%s is refused', async (_, bytes) => {
    await expect(readAll(bytes)).rejects.toMatchObject({ code: 'zip-damaged' });
  });

  test('every single damaged byte is refused or changes no content', async () => {
    const zip = writeZip([
      text('a.txt', 'hello '.repeat(20)),
      text('b.txt', 'stored', { stored: true }),
    ]);
    const good = await readAll(zip);
    for (let at = 0; at < zip.length; at++) {
      const damaged = Buffer.from(zip);
      damaged[at]! ^= 0x55;
      const read = await readAll(damaged).catch((error: { code: string }) => error.code);
      if (typeof read === 'string') expect(read).toMatch(/^zip-/);
      else
        for (const content of Object.values(read)) expect(Object.values(good)).toContain(content);
    }
  });
});
