// What nobody waits for: golden checks and shadows take a worker that is free, and give way to users.
import { describe, expect, test } from '@jest/globals';
import type { Readiness } from '../../../../services/inference/pool/messages.ts';
import { backgroundMax } from '../../../../services/inference/pool/job-queue.ts';
import { imageManifest } from '../../../support/manifests.ts';
import { poolOf, readiness, reading } from '../../../support/scripted-pool.ts';

const golden = [{ input: 'a.png', logit: 1.5 }];
const model = { ...imageManifest, golden };
const shadow = { ...model, version: '2.0.0' };
const ready: Readiness = {
  ...readiness,
  models: [model],
  candidates: [{ manifest: shadow, role: 'shadow', share: 0 }],
};
const image = (id: number) => Uint8Array.of(id);
const withCode = (code: string) => expect.objectContaining({ code });

function servingPool(workers = 1) {
  const made = poolOf({ workers, queueMax: 10 });
  for (const worker of made.workers) worker.ready(ready);
  return made;
}

describe('a golden check', () => {
  test('lets users go first, until it has waited its time', async () => {
    const { pool, worker, clock } = servingPool();
    const users = [pool.read(model, image(1)), pool.read(model, image(2))];
    const check = pool.golden(model, 0, 1_000);
    users.push(pool.read(model, image(3)));
    worker().answer();
    expect(worker().heard.at(-1)).toMatchObject({ task: { kind: 'read', image: image(2) } });
    clock.advance(1_000);
    worker().answer();
    expect(worker().heard.at(-1)).toMatchObject({ task: { kind: 'golden', index: 0 } });
    worker().answer(1, 1.5);
    expect(await check).toBe(1.5);
    worker().answer();
    expect(await Promise.all(users)).toEqual([reading, reading, reading]);
  });

  test('takes one worker at a time, and each in its turn', async () => {
    const { pool, workers, clock } = servingPool(2);
    const turns: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      clock.advance(1);
      void pool.golden(model, 0, 1_000);
      void pool.golden(model, 0, 1_000);
      expect(pool.status().running).toBe(1);
      for (let run = 0; run < 2; run++) {
        clock.advance(1);
        const busy = workers.findIndex(
          ({ heard }, at) => heard.length > 1 + turns.filter((t) => t === at).length,
        );
        turns.push(busy);
        workers[busy]!.answer(1, 1.5);
      }
    }
    expect(turns).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
  });

  test('that is answered wrongly costs the worker before it reads another film', async () => {
    const { pool, workers, lost } = servingPool();
    const check = pool.golden(model, 0, 1_000);
    const film = pool.read(model, image(1));
    workers[0]!.answer(1, 1.6);
    expect(await check).toBe(1.6);
    expect(workers[0]!.tasks).toBe(1);
    expect(lost).toMatchObject([{ cause: 'unfit' }]);
    workers[1]!.ready(ready);
    workers[1]!.answer();
    expect(await film).toEqual(reading);
  });

  test('that a candidate answers wrongly costs production nothing', async () => {
    const { pool, worker, lost } = servingPool();
    const check = pool.golden(shadow, 0, 1_000);
    worker().answer(1, 1.6);
    expect(await check).toBe(1.6);
    expect(lost).toEqual([]);
    expect(pool.status().ready).toBe(true);
  });
});

describe('a shadow', () => {
  test('is dropped as soon as a user waits', async () => {
    const { pool, worker } = servingPool();
    const first = pool.read(model, image(1));
    const along = pool.readAlong(shadow, image(1));
    const second = pool.read(model, image(2));
    await expect(along).rejects.toEqual(withCode('shed'));
    worker().answer();
    worker().answer();
    expect(await Promise.all([first, second])).toEqual([reading, reading]);
  });

  test('waits in a queue of its own, which is short', async () => {
    const { pool } = servingPool();
    void pool.read(model, image(1));
    for (let id = 0; id < backgroundMax; id++)
      pool.readAlong(shadow, image(id)).catch(() => undefined);
    await expect(pool.readAlong(shadow, image(9))).rejects.toEqual(withCode('queue-full'));
    expect(pool.status().queueLength).toBe(0);
  });

  test('that ends its worker is set aside; the worker is replaced at once, and the film is not refused to production', async () => {
    const { pool, workers, worker, lost } = servingPool();
    for (let crash = 0; crash < 6; crash++) {
      const along = pool.readAlong(shadow, image(1));
      worker().end('signal SIGSEGV');
      await expect(along).rejects.toEqual(withCode('candidate-failed'));
      worker().ready(ready);
    }
    expect(workers).toHaveLength(7);
    expect(new Set(lost.map(({ cause, restartInMs }) => `${cause} ${restartInMs}`))).toEqual(
      new Set(['candidate 0']),
    );
    expect(pool.status().setAside).toEqual([{ name: 'chest-test', version: '2.0.0' }]);
    const film = pool.read(model, image(1));
    worker().answer();
    expect(await film).toEqual(reading);
  });
});

test('a drain waits for users only', async () => {
  const { pool, worker } = servingPool();
  const film = pool.read(model, image(1));
  const check = pool.golden(model, 0, 1_000);
  const drained = pool.drain();
  await expect(check).rejects.toEqual(withCode('draining'));
  worker().answer();
  expect(await film).toEqual(reading);
  expect(worker().heard.at(-1)).toEqual({ kind: 'close' });
  worker().end('exit code 0');
  await drained;
});
