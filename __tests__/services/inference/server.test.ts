// The process: its exit codes, and that it goes when it is told to.
import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { withFolder } from '../../support/folder.ts';

const root = join(__dirname, '../../..');

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'services/inference/server.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output.text += text));
  return { child, output, exit: once(child, 'exit') };
}

test('a wrong setting ends it with code 2 and one clear sentence', async () => {
  const { output, exit } = start({ EVENKEEL_REGION: 'test-region', PORT: 'many' });
  expect(await exit).toEqual([2, null]);
  expect(output.text).toBe(
    'PORT="many". It must be a whole number from 0 to 65535. Correct it, or unset it for 8443.\n',
  );
});

test('SIGTERM drains it and ends it with code 0', () =>
  withFolder(async (folder) => {
    const { child, output, exit } = start({
      EVENKEEL_REGION: 'test-region',
      PORT: '0',
      WORKERS: '1',
      STORE_DIRS: folder,
      MODELS_DIR: folder,
      DRAIN_WAIT_SECONDS: '0',
    });
    while (!output.text.includes('Server listening')) await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  }));
