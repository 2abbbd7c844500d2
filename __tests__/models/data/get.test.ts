import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deposits } from '../../../models/data/deposits.ts';
import { getData } from '../../../models/data/get.ts';
import { readManifest } from '../../../models/data/manifest.ts';
import { writeZip } from '../../support/zip.ts';

const image = (name: string, content = name) => ({
  name,
  data: Buffer.from(`image of ${content}`),
});
const chestZip = writeZip([
  image('chest_xray/train/NORMAL/IM-0001-0001.jpeg'),
  image('chest_xray/train/NORMAL/IM-0001-0002.jpeg', 'the same'),
  image('chest_xray/train/NORMAL/IM-0002-0001.jpeg', 'the same'),
  image('chest_xray/train/PNEUMONIA/person7_bacteria_1.jpeg'),
  image('chest_xray/train/PNEUMONIA/person3_virus_5.jpeg'),
  image('chest_xray/test/PNEUMONIA/person3_virus_4.jpeg'),
  image('__MACOSX/chest_xray/train/NORMAL/._IM-0001-0001.jpeg'),
]);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let out = '';
let archive: Buffer = chestZip;
let listed: Record<string, unknown> = {};
let onArchive: Answer;
let onListing: Answer;
let archiveRequests: string[] = [];
let baseUrl = '';
const server = createServer((request, response) => {
  if (request.url?.startsWith('/public-api/') === true) return onListing(request, response);
  archiveRequests.push(request.headers.range ?? 'whole');
  onArchive(request, response);
});

/** As a static file server does: whole, or the range that is asked for. */
const serveArchive: Answer = (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': archive.length - from });
  response.end(archive.subarray(from));
};

beforeEach(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'evenkeel-get-'));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  archive = chestZip;
  archiveRequests = [];
  onArchive = serveArchive;
  listed = { size: archive.length, sha256_hash: sha256(archive), download_url: `${baseUrl}/zip` };
  onListing = (_, response) =>
    response.end(
      JSON.stringify([
        { filename: 'OCT2017.tar.gz', content_details: listed },
        { filename: 'ChestXRay2017.zip', content_details: listed },
      ]),
    );
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  await rm(out, { recursive: true });
});

const lines: string[] = [];
const get = (pinned: { bytes: number; sha256: string } | null = null) =>
  getData({
    set: 'chest-pneumonia',
    out,
    baseUrl,
    pauseMs: 0,
    onProgress: (line) => lines.push(line),
    deposit: { ...deposits['chest-pneumonia'], pinned },
  });
const leftOver = async () => (await readdir(out)).toSorted();

describe('fetching a set', () => {
  test('asks for the published version, lays out images and a manifest, and keeps no archive', async () => {
    const asked: string[] = [];
    const answer = onListing;
    onListing = (request, response) => {
      asked.push(request.url ?? '');
      answer(request, response);
    };
    const got = await get();
    expect(asked).toEqual(['/public-api/datasets/rscbjbr9sj/files?folder_id=root&version=2']);
    expect(got).toMatchObject({ images: 5, duplicates: 1, checkedAgainst: 'listing' });
    const rows = await readManifest(got.manifest, 'cxr-pneumonia');
    expect(rows).toHaveLength(5);
    expect(rows.find((row) => row.file.includes('person3_virus_5'))).toMatchObject({
      split: 'test',
      originalSplit: 'train',
    });
    for (const row of rows) {
      const bytes = await readFile(path.join(out, row.file));
      expect(bytes.toString()).toContain('image of');
    }
    const text = await readFile(got.manifest, 'utf8');
    expect(text).toContain(sha256(await readFile(path.join(out, 'cxr/person7_bacteria_1.jpeg'))));
    expect(await leftOver()).toEqual(['chest-pneumonia.lock.json', 'cxr', 'manifest.csv']);
  });

  test('of two identical copies the one in the test set is kept', async () => {
    archive = writeZip([
      image('chest_xray/train/NORMAL/IM-0001-0001.jpeg', 'twin'),
      image('chest_xray/test/NORMAL/IM-0002-0001.jpeg', 'twin'),
    ]);
    listed = { ...listed, size: archive.length, sha256_hash: sha256(archive) };
    const rows = await readManifest((await get()).manifest, 'cxr-pneumonia');
    expect(rows.map((row) => row.file)).toEqual(['cxr/IM-0002-0001.jpeg']);
  });

  test('keeps the rows of another set in the same folder', async () => {
    const header = 'file,task,label,sublabel,patient_id,split,original_split,source,licence,sha256';
    await writeFile(
      path.join(out, 'manifest.csv'),
      `${header}\nk.png,knee-oa,1,KL2,K,test,test,"a, b",x,y\n`,
    );
    const { manifest } = await get();
    expect(await readManifest(manifest, 'knee-oa')).toHaveLength(1);
    expect(await readManifest(manifest, 'cxr-pneumonia')).toHaveLength(5);
    expect((await get()).images).toBe(5);
    expect(await readManifest(manifest, 'cxr-pneumonia')).toHaveLength(5);
  });

  test('does not overwrite a manifest that it did not write', async () => {
    await writeFile(path.join(out, 'manifest.csv'), 'my,own,table\n');
    await expect(get()).rejects.toMatchObject({ code: 'manifest-columns' });
    expect(await readFile(path.join(out, 'manifest.csv'), 'utf8')).toBe('my,own,table\n');
  });
});

describe('what is fetched is checked', () => {
  test('against the hash that is known beforehand', async () => {
    const pinned = { bytes: archive.length, sha256: sha256(archive) };
    expect((await get(pinned)).checkedAgainst).toBe('pinned');
    await expect(get({ ...pinned, sha256: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'deposit-changed',
    });
  });

  test('against the first fetch, where nothing was known', async () => {
    expect((await get()).checkedAgainst).toBe('listing');
    expect((await get()).checkedAgainst).toBe('earlier-fetch');
    archive = writeZip([image('chest_xray/train/NORMAL/IM-0009-0001.jpeg')]);
    listed = { ...listed, size: archive.length, sha256_hash: sha256(archive) };
    await expect(get()).rejects.toMatchObject({ code: 'deposit-changed' });
  });

  test('a corrupted download is refused and nothing of it is kept', async () => {
    archive = Buffer.from(chestZip);
    archive[50]! ^= 1;
    await expect(get()).rejects.toMatchObject({ code: 'download-corrupted' });
    expect(await leftOver()).toEqual([]);
  });

  test('an archive with another content than expected is refused', async () => {
    archive = writeZip([image('something/else.txt')]);
    listed = { ...listed, size: archive.length, sha256_hash: sha256(archive) };
    await expect(get()).rejects.toThrow(/none of the expected images/);
  });
});

describe('a bad connection', () => {
  test('that breaks off is resumed where it stopped', async () => {
    onArchive = (request, response) => {
      onArchive = serveArchive;
      response.writeHead(200, { 'content-length': archive.length });
      response.write(archive.subarray(0, 100), () => request.socket.destroy());
    };
    expect((await get()).images).toBe(5);
    expect(archiveRequests[0]).toBe('whole');
    expect(archiveRequests[1]).toMatch(/^bytes=\d+-$|^whole$/);
  });

  test('with a server that cannot resume begins anew', async () => {
    await writeFile(path.join(out, 'ChestXRay2017.zip.part'), archive.subarray(0, 80));
    onArchive = (_, response) => response.end(archive);
    expect((await get()).images).toBe(5);
    expect(archiveRequests).toEqual(['bytes=80-']);
  });

  test('what an earlier run left is completed, not fetched twice', async () => {
    await writeFile(path.join(out, 'ChestXRay2017.zip.part'), archive.subarray(0, 80));
    expect((await get()).images).toBe(5);
    expect(archiveRequests).toEqual(['bytes=80-']);
  });

  test('a truncated download, five times over, is refused and can be resumed later', async () => {
    onArchive = (_, response) => {
      response.writeHead(200);
      response.end(archive.subarray(0, 200));
    };
    await expect(get()).rejects.toThrow(/broke off at 200 of \d+ bytes, 5 times/);
    expect(archiveRequests).toHaveLength(5);
    onArchive = serveArchive;
    expect((await get()).images).toBe(5);
    expect(archiveRequests.at(-1)).toBe('bytes=200-');
  });

  test('a server that sends more than it listed is stopped', async () => {
    onArchive = (_, response) => response.end(Buffer.concat([archive, archive]));
    await expect(get()).rejects.toMatchObject({ code: 'download-too-long' });
  });

  test('no network at all is said plainly', async () => {
    await new Promise((closed) => server.close(closed));
    await expect(get()).rejects.toThrow(
      /cannot be reached \(connect ECONNREFUSED.*internet connection/,
    );
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  });
});

describe('a deposit that has changed', () => {
  test.each([
    [
      '404 for the listing',
      'deposit-refused',
      () => {
        onListing = (_: IncomingMessage, response: ServerResponse) => response.writeHead(404).end();
      },
    ],
    [
      '404 for the archive',
      'deposit-refused',
      () => {
        onArchive = (_, response) => response.writeHead(404).end();
      },
    ],
    [
      'a page instead of a listing',
      'deposit-changed',
      () => {
        onListing = (_, response) => response.end('<html>');
      },
    ],
    [
      'a listing that never ends',
      'deposit-changed',
      () => {
        onListing = (_, response) => response.end(' '.repeat(9 * 2 ** 20));
      },
    ],
    [
      'no such file in the listing',
      'deposit-changed',
      () => {
        onListing = (_, response) => response.end('[{"filename":"readme.txt"}]');
      },
    ],
    [
      'a size that is no number',
      'deposit-changed',
      () => {
        listed = { ...listed, size: '12' };
      },
    ],
    [
      'more than four gigabytes',
      'deposit-changed',
      () => {
        listed = { ...listed, size: 2 ** 32 };
      },
    ],
    [
      'an archive at an address of another kind',
      'deposit-changed',
      () => {
        listed = { ...listed, download_url: 'file:///etc/passwd' };
      },
    ],
  ])('%s', async (_, code, arrange) => {
    arrange();
    await expect(get()).rejects.toMatchObject({ code });
    expect(await leftOver()).not.toContain('manifest.csv');
  });
});
