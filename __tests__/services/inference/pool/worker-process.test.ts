// Real child processes that crash, hang and abort: the service lives, the next job is answered.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { systemClock } from '../../../../services/inference/pool/clock.ts';
import type { PoolEvents } from '../../../../services/inference/pool/inference-pool.ts';
import { WorkerPool } from '../../../../services/inference/pool/worker-pool.ts';
import { workerSpawner } from '../../../../services/inference/pool/worker-process.ts';

const entry = pathToFileURL(join(__dirname, '../../../support/scripted-worker.ts'));
const model = { name: 'chest-test', version: '1.2.3' };
const picture = (kind: number, id: number) => Uint8Array.of(kind, id, 8, 9);
const withCode = (code: string) => expect.objectContaining({ code });

function startPool(modelsDir: string) {
  const lost: Parameters<PoolEvents['workerLost']>[0][] = [];
  const pool = new WorkerPool(
    {
      workers: 2,
      queueMax: 20,
      queueSecondsMax: 60,
      runSecondsMax: 1,
      workerResidentMiBMax: 1_000,
      setup: { modelsDir, trustedKeysFile: null, engine: null, versions: null },
    },
    workerSpawner({ entry, heapMiB: 64, environment: {} }),
    systemClock,
  );
  pool.start({
    finished: () => undefined,
    workerReady: () => undefined,
    workerLost: (loss) => lost.push(loss),
  });
  return { pool, lost };
}

describe('a pool of processes', () => {
  let made: ReturnType<typeof startPool>;
  beforeAll(() => {
    made = startPool('models');
  });
  afterAll(() => made.pool.drain());

  test('answers with typed arrays as they were sent', async () => {
    const reading = await made.pool.read(model, picture(0, 1));
    expect(reading.probability).toBe(0.9);
    expect([...reading.heatmapPng]).toEqual([0x89, 0, 1, 8, 9]);
  });

  test('outlives a worker that exits or aborts over an input, and refuses that input', async () => {
    await expect(made.pool.read(model, picture(3, 1))).rejects.toEqual(withCode('undecodable'));
    expect((await made.pool.read(model, picture(0, 2))).probability).toBe(0.9);
    expect(made.lost.map(({ cause }) => cause)).toEqual(['crash', 'crash']);
    // What workers print after their first picture may name a patient.
    expect(JSON.stringify(made.lost)).not.toContain('PATIENT');
  });

  test('stops a run that hangs, while the others go on', async () => {
    const hung = made.pool.read(model, picture(2, 1));
    const others = [3, 4, 5].map((id) => made.pool.read(model, picture(0, id)));
    expect((await Promise.all(others)).map(({ probability }) => probability)).toEqual([
      0.9, 0.9, 0.9,
    ]);
    await expect(hung).rejects.toEqual(withCode('too-slow'));
    while (made.lost.length < 3) await sleep(20);
    expect(made.lost.at(-1)).toMatchObject({ cause: 'deadline' });
  });
});

test('a drain waits for the run in progress', async () => {
  const { pool, lost } = startPool('models');
  const slow = pool.read(model, picture(4, 1));
  await pool.drain();
  expect((await slow).probability).toBe(0.9);
  expect(lost).toEqual([]);
  expect(pool.status().workersLive).toBe(0);
});

test('a worker that cannot start says why, from its standard error', async () => {
  const { pool, lost } = startPool('cannot-load');
  while (lost.length === 0) await sleep(20);
  expect(lost[0]!.reason).toBe('a worker ended: exit code 7: no such library');
  pool.abandon();
  await pool.drain();
});
