// The pool: who gets which job, and what becomes of it when workers crash, hang, grow or go.
import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../../fleet/errors.ts';
import { packError } from '../../../../services/inference/pool/messages.ts';
import { poolOf, readiness, reading, readyPool } from '../../../support/scripted-pool.ts';

const model = { name: 'chest-test', version: '1.2.3' };
const image = (id: number) => Uint8Array.of(id);
const withCode = (code: string) => expect.objectContaining({ code });

describe('readiness', () => {
  test('comes with the first worker that has passed its self-test', () => {
    const { pool, worker } = poolOf({ workers: 2 });
    expect(pool.status()).toMatchObject({ ready: false, readiness: null, workersLive: 0 });
    worker(0).ready();
    expect(pool.status()).toMatchObject({ ready: true, readiness, workersLive: 1 });
  });

  test('is refused to a worker that fails its self-test; it is replaced', () => {
    const { pool, worker, workers, lost } = poolOf();
    const error = new InputError('golden-mismatch', { found: 'F', why: 'W', remedy: 'R' });
    worker().say({ kind: 'unfit', error: packError(error) });
    expect(workers).toHaveLength(2);
    expect(pool.status()).toMatchObject({ ready: false, fault: 'F. W. R.' });
    expect(lost).toMatchObject([{ cause: 'unfit', reason: 'F. W. R.' }]);
  });

  test('is lost with the last worker', () => {
    const { pool, worker } = readyPool();
    worker().end();
    expect(pool.status()).toMatchObject({ ready: false, workersLive: 0 });
    worker().ready();
    expect(pool.status()).toMatchObject({ ready: true, fault: null });
  });

  test('a worker that never gets ready is killed after a minute', () => {
    const { clock, worker, workers } = poolOf();
    const first = worker();
    clock.advance(59_999);
    expect(first.killed).toBe(false);
    clock.advance(1);
    expect(first.killed).toBe(true);
    expect(workers).toHaveLength(2);
  });
});

describe('the queue', () => {
  test('gives each worker one job at a time, first come first served', async () => {
    const { pool, worker } = readyPool({ workers: 2 });
    const answers = [1, 2, 3].map((id) => pool.read(model, image(id)));
    expect([worker(0).tasks, worker(1).tasks]).toEqual([1, 1]);
    expect(pool.status()).toMatchObject({ queueLength: 1, running: 2 });
    worker(0).answer();
    expect(worker(0).heard.at(-1)).toMatchObject({ task: { image: image(3) } });
    worker(0).answer();
    worker(1).answer();
    expect(await Promise.all(answers)).toEqual([reading, reading, reading]);
  });

  test('takes jobs while the first worker starts', async () => {
    const { pool, worker } = poolOf();
    const answer = pool.read(model, image(1));
    worker().ready();
    worker().answer();
    expect(await answer).toEqual(reading);
  });

  test('is full at its limit, not before', async () => {
    const { pool, worker } = readyPool({ queueMax: 2 });
    const taken = [1, 2, 3].map((id) => pool.read(model, image(id)));
    await expect(pool.read(model, image(4))).rejects.toEqual(withCode('queue-full'));
    for (const _ of taken) worker().answer();
    expect(await Promise.all(taken)).toHaveLength(3);
    const again = pool.read(model, image(4));
    worker().answer();
    expect(await again).toEqual(reading);
  });

  test('tells when to come back from its length', () => {
    const { pool, clock, worker } = readyPool({ queueMax: 100 });
    for (let run = 0; run < 50; run++) {
      void pool.read(model, image(1));
      clock.advance(2_000);
      worker().answer();
    }
    expect(pool.retryAfterSeconds()).toBe(1);
    for (let waiting = 0; waiting < 10; waiting++) void pool.read(model, image(1));
    expect(pool.retryAfterSeconds()).toBe(20);
  });

  test('drops what has waited too long instead of running it for nobody', async () => {
    const { pool, clock, worker } = readyPool({ queueSecondsMax: 5, runSecondsMax: 60 });
    const first = pool.read(model, image(1));
    const second = pool.read(model, image(2));
    clock.advance(5_000);
    const third = pool.read(model, image(3));
    clock.advance(1);
    worker().answer();
    await expect(second).rejects.toEqual(withCode('too-slow'));
    worker().answer();
    expect(await Promise.all([first, third])).toEqual([reading, reading]);
    expect(worker().tasks).toBe(2);
  });
});

describe('a run', () => {
  test('that is refused says why, and the worker goes on', async () => {
    const { pool, worker, finished } = readyPool();
    const answer = pool.read(model, image(1));
    const error = new InputError('damaged-image', { found: 'F', why: 'W', remedy: 'R' });
    worker().say({ kind: 'refused', error: packError(error), residentBytes: 1 });
    await expect(answer).rejects.toEqual(withCode('damaged-image'));
    expect(finished).toMatchObject([{ task: 'read', model, outcome: 'refused' }]);
    expect(pool.status()).toMatchObject({ ready: true, running: 0 });
  });

  test('that hangs is stopped at its deadline, answered, and its worker replaced', async () => {
    const { pool, clock, worker, workers, lost } = readyPool({ runSecondsMax: 10 });
    const hung = pool.read(model, image(1));
    clock.advance(9_999);
    expect(worker().killed).toBe(false);
    clock.advance(1);
    expect(workers[0]!.killed).toBe(true);
    await expect(hung).rejects.toEqual(withCode('too-slow'));
    expect(lost).toMatchObject([{ cause: 'deadline' }]);
    expect(workers).toHaveLength(2);
  });

  test('that answers just in time is not stopped afterwards', async () => {
    const { pool, clock, worker } = readyPool({ runSecondsMax: 10 });
    const answer = pool.read(model, image(1));
    clock.advance(9_999);
    worker().answer();
    clock.advance(60_000);
    expect(await answer).toEqual(reading);
    expect(worker().killed).toBe(false);
  });

  test('that lets its worker grow too much costs the worker, between two jobs', async () => {
    const { pool, worker, workers, lost } = readyPool({ workerResidentMiBMax: 100 });
    const fits = pool.read(model, image(1));
    worker().answer(100 * 2 ** 20);
    expect(await fits).toEqual(reading);
    expect(workers).toHaveLength(1);
    const grows = pool.read(model, image(1));
    worker().answer(100 * 2 ** 20 + 1);
    expect(await grows).toEqual(reading);
    expect(workers).toHaveLength(2);
    expect(lost).toMatchObject([{ cause: 'grown', restartInMs: 0 }]);
  });
});

describe('a crash', () => {
  test('costs the job one more try in another worker', async () => {
    const { pool, worker, workers, lost } = readyPool();
    const answer = pool.read(model, image(1));
    worker().end('signal SIGSEGV');
    expect(workers).toHaveLength(2);
    worker().ready();
    worker().answer();
    expect(await answer).toEqual(reading);
    expect(lost).toMatchObject([{ cause: 'crash', reason: 'a worker ended: signal SIGSEGV' }]);
  });

  test('of two workers over the same input refuses it, then and thereafter', async () => {
    const { pool, worker, workers } = readyPool();
    const answer = pool.read(model, image(1));
    for (let crash = 0; crash < 2; crash++) {
      worker().end();
      worker().ready();
    }
    await expect(answer).rejects.toEqual(withCode('undecodable'));
    await expect(pool.read(model, image(1))).rejects.toEqual(withCode('undecodable'));
    const other = pool.read(model, image(2));
    worker().answer();
    expect(await other).toEqual(reading);
    expect(workers).toHaveLength(3);
  });

  test('the fifth in a minute is not replaced until the minute is over', async () => {
    const { pool, clock, worker, workers } = readyPool();
    for (let crash = 0; crash < 5; crash++) worker().end();
    expect(workers).toHaveLength(5);
    expect(pool.status().ready).toBe(false);
    await expect(pool.read(model, image(1))).rejects.toEqual(withCode('no-worker'));
    clock.advance(59_999);
    expect(workers).toHaveLength(5);
    clock.advance(1);
    expect(workers).toHaveLength(6);
    worker().ready();
    expect(pool.status().ready).toBe(true);
  });

  test('that leaves no worker for a minute answers everyone who waits', async () => {
    const { pool, worker } = readyPool({ queueMax: 10 });
    for (let crash = 0; crash < 4; crash++) worker().end();
    const waiting = [pool.read(model, image(1)), pool.read(model, image(2))];
    worker().end();
    for (const answer of waiting) await expect(answer).rejects.toEqual(withCode('no-worker'));
  });
});

describe('a drain', () => {
  test('finishes what runs and what waits, lets the workers go, and takes nothing new', async () => {
    const { pool, worker } = readyPool();
    const taken = [pool.read(model, image(1)), pool.read(model, image(2))];
    let drained = false;
    const drain = pool.drain().then(() => (drained = true));
    await expect(pool.read(model, image(3))).rejects.toEqual(withCode('draining'));
    worker().answer();
    worker().answer();
    expect(await Promise.all(taken)).toEqual([reading, reading]);
    expect(worker().heard.at(-1)).toEqual({ kind: 'close' });
    expect([worker().killed, drained]).toEqual([false, false]);
    worker().end('exit code 0');
    await drain;
    expect(drained).toBe(true);
  });

  test('gives a job whose worker crashes its second try', async () => {
    const { pool, worker } = readyPool();
    const taken = pool.read(model, image(1));
    const drain = pool.drain();
    worker().end();
    worker().ready();
    worker().answer();
    expect(await taken).toEqual(reading);
    worker().end('exit code 0');
    await drain;
  });

  test('kills a worker that does not close, three seconds later', async () => {
    const { pool, clock, worker, workers } = readyPool();
    const drain = pool.drain();
    clock.advance(2_999);
    expect(worker().killed).toBe(false);
    clock.advance(1);
    await drain;
    expect(worker().killed).toBe(true);
    expect(workers).toHaveLength(1);
  });

  test('that is abandoned ends everything at once', async () => {
    const { pool, worker } = readyPool();
    const taken = [pool.read(model, image(1)), pool.read(model, image(2))];
    const drain = pool.drain();
    pool.abandon();
    for (const answer of taken) await expect(answer).rejects.toEqual(withCode('draining'));
    await drain;
    expect(worker().killed).toBe(true);
  });
});
