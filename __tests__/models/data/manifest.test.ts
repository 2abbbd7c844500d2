import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  manifestBytesMax,
  parseManifest,
  readImage,
  readManifest,
  readTable,
  rowsOfSplit,
} from '../../../models/data/manifest.ts';

const header = 'file,task,label,sublabel,patient_id,split,original_split,source,licence';
const parse = (text: string) => parseManifest(text, { task: 'cxr-pneumonia', source: 'm.csv' });
const rowOf = (file: string) => parse(`${header}\n"${file}",cxr-pneumonia,1,,P,,,,`)[0]!;
let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'evenkeel-manifest-'));
});
afterAll(() => rm(dir, { recursive: true }));

describe('a manifest', () => {
  test('gives the rows of the task that is asked for, whatever the order of the columns', () => {
    const text = `split,label,extra,task,file,patient_id,original_split\ntest,1,x,cxr-pneumonia,a.png,P1,train\ntrain,9,x,other,b.png,P2,train`;
    expect(parse(text)).toEqual([
      {
        line: 2,
        file: 'a.png',
        label: 1,
        patient: 'P1',
        sublabel: '',
        study: '',
        split: 'test',
        originalSplit: 'train',
      },
    ]);
  });

  test('needs only file, task, label and patient_id', () => {
    expect(parse('file,task,label,patient_id\na.png,cxr-pneumonia,0,P1')[0]).toMatchObject({
      split: '',
      originalSplit: '',
      sublabel: '',
    });
  });

  test.each([
    ['a missing column', 'file,task,label\na,cxr-pneumonia,1', 'manifest-columns', /patient_id/],
    ['a column twice', 'file,task,label,patient_id,task', 'manifest-columns', /share a name/],
    ['no header', '', 'manifest-columns', /\(none\)/],
    ['a bad label', `${header}\na,cxr-pneumonia,2,,P,,,,\n`, 'manifest-row', /line 2.*"2"/],
    ['no patient', `${header}\n\na,cxr-pneumonia,1,,,,,,\n`, 'manifest-row', /line 3.*patient_id/],
    ['a short row', `${header}\na,cxr-pneumonia,1\n`, 'manifest-row', /line 2.*3 fields under 9/],
    ['no row of the task', `${header}\na,knee-oa,1,,P,,,,`, 'no-rows', /"knee-oa"/],
    ['only a header', header, 'no-rows', /no rows at all/],
  ])('with %s is refused', (_, text, code, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code }));
    expect(() => parse(text)).toThrow(message);
  });
});

describe('splits', () => {
  const rows = parse(
    `${header}\na,cxr-pneumonia,1,,P,train,test,,\nb,cxr-pneumonia,1,,Q,test,train,,\n`,
  );
  test('are the column split, and "official" is the authors\u2019 own test set', () => {
    expect(rowsOfSplit(rows, 'test').map((row) => row.file)).toEqual(['b']);
    expect(rowsOfSplit(rows, 'official').map((row) => row.file)).toEqual(['a']);
    expect(rowsOfSplit(rows, 'original_split=test').map((row) => row.file)).toEqual(['a']);
  });
  test('one that is empty is refused with the names of those there are', () => {
    expect(() => rowsOfSplit(rows, 'tset')).toThrow(/"tset".*train, test/);
  });
});

describe('files', () => {
  test('are read relative to the root', async () => {
    await writeFile(path.join(dir, 'a.bin'), 'abc');
    expect(Buffer.from(await readImage(dir, rowOf('a.bin'))).toString()).toBe('abc');
  });

  test('that are missing are named with the line', async () => {
    await expect(readImage(dir, rowOf('none.png'))).rejects.toThrow(/Line 2 .*none\.png/);
    await expect(readManifest(path.join(dir, 'no.csv'), 'x')).rejects.toMatchObject({
      code: 'manifest-missing',
    });
    await expect(readManifest(dir, 'x')).rejects.toMatchObject({ code: 'manifest-missing' });
  });

  test.each(['../secret', '/etc/hostname', 'a/../../secret'])(
    '%s outside the data folder is refused',
    async (file) => {
      await expect(readImage(dir, rowOf(file))).rejects.toMatchObject({ code: 'manifest-row' });
    },
  );

  test('a file whose name begins with two dots is inside', async () => {
    await writeFile(path.join(dir, '..a'), 'x');
    expect(Buffer.from(await readImage(dir, rowOf('..a'))).toString()).toBe('x');
  });

  test('a manifest may have 64 MiB and not a byte more', async () => {
    const file = path.join(dir, 'large.csv');
    await writeFile(file, '');
    await truncate(file, manifestBytesMax + 1);
    await expect(readTable(file, 'manifest')).rejects.toMatchObject({ code: 'manifest-too-large' });
    await truncate(file, manifestBytesMax);
    await expect(readTable(file, 'manifest')).resolves.toHaveLength(manifestBytesMax);
  });
});
