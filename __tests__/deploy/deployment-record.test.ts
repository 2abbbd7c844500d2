// The record of what was built: public, and the same file for the same outputs.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  publicOutputs,
  readRecord,
  recordFile,
  writeRecord,
} from '../../deploy/deployment-record.ts';
import { withFolder } from '../support/folder.ts';

test('a record is written sorted, and read back as it was', () =>
  withFolder(async (folder) => {
    const file = recordFile(join(folder, 'deployments'), 'qa');
    const record = {
      stacks: { zone: { outputs: { b: ['2', '1'], a: { y: 1, x: 2 } } }, dns: { outputs: {} } },
    };
    writeRecord(file, record);
    expect(readRecord(file)).toEqual(record);
    const text = readFileSync(file, 'utf8');
    expect(text.indexOf('"dns"')).toBeLessThan(text.indexOf('"zone"'));
    expect(text.indexOf('"x"')).toBeLessThan(text.indexOf('"y"'));
    expect(readdirSync(join(folder, 'deployments'))).toEqual(['qa.json']);
  }));

test('where no record is, nothing was built yet', () => {
  expect(readRecord('/nowhere/qa.json')).toEqual({ stacks: {} });
});

test('sensitive outputs are refused: the record is public', () => {
  const outputs = {
    address: { sensitive: false, value: '192.0.2.1' },
    token: { sensitive: true, value: 'hunter2' },
  };
  expect(() => publicOutputs('dns', outputs)).toThrow(
    expect.objectContaining({ code: 'sensitive-output' }),
  );
  expect(() => publicOutputs('dns', outputs)).not.toThrow(/hunter2/);
  expect(publicOutputs('dns', { address: outputs.address })).toEqual({ address: '192.0.2.1' });
});
