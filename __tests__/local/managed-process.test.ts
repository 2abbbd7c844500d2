// A process of the local fleet that dies takes nobody else with it.
import { expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManagedProcess } from '../../local/managed-process.ts';
import { withFolder } from '../support/folder.ts';

const serving = 'process.send({ ready: true, url: "none" });\nprocess.on("message", () => {});\n';

test('what is told to a process that has just been killed is lost, and nothing else is', () =>
  withFolder(async (folder) => {
    const entry = join(folder, 'serving.cjs');
    const logFile = join(folder, 'serving.log');
    writeFileSync(entry, serving);
    const told: string[] = [];
    const one = new ManagedProcess({
      name: 'one',
      entry,
      env: {},
      logFile,
      onChange: (name, what) => told.push(`${name} ${what}`),
    });
    await one.start();
    one.kill();
    // The kernel has closed its end before this process hears of the death.
    const deadline = performance.now() + 2_000;
    while (performance.now() < deadline && one.pid !== null) {
      one.tell({ sever: [] });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(one.pid).toBeNull();
    expect(told).toEqual([]);
    expect(readFileSync(logFile, 'utf8')).toBe('');
  }));
