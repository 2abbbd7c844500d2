// A change of models: new workers beside the old, no request without its version, and nothing lost when the new ones fail.
import { expect, test } from '@jest/globals';
import { InputError } from '../../../../fleet/errors.ts';
import { packError } from '../../../../services/inference/pool/messages.ts';
import type { Readiness, WorkerSetup } from '../../../../services/inference/pool/messages.ts';
import { imageManifest } from '../../../support/manifests.ts';
import { readiness, reading, readyPool } from '../../../support/scripted-pool.ts';

const before = imageManifest;
const after = { ...imageManifest, version: '2.0.0' };
const renewed: Readiness = { ...readiness, models: [after] };
const setup: WorkerSetup = {
  modelsDir: 'models',
  trustedKeysFile: null,
  engine: null,
  versions: [{ name: after.name, production: after.version, canary: null, shadow: null }],
};
const image = (id: number) => Uint8Array.of(id);
const versions = (status: { readonly readiness: Readiness | null }) =>
  status.readiness?.models.map(({ version }) => version);

test('takes over when every new worker is ready, started one after the other', async () => {
  const { pool, workers } = readyPool({ workers: 2 });
  const change = pool.renew(setup);
  expect(workers).toHaveLength(3);
  expect(workers[2]!.heard).toEqual([{ kind: 'start', setup }]);
  workers[2]!.ready(renewed);
  expect(workers).toHaveLength(4);
  expect(versions(pool.status())).toEqual(['1.2.3']);
  workers[3]!.ready(renewed);
  expect(await change).toEqual({ outcome: 'taken-up' });
  expect(versions(pool.status())).toEqual(['2.0.0']);
  expect(pool.status()).toMatchObject({ ready: true, workersLive: 2 });
});

test('fails no request: what runs ends, what chose the old version is read by it, then the old workers close', async () => {
  const { pool, workers, clock } = readyPool({ queueMax: 10 });
  const running = pool.read(before, image(1));
  const waiting = pool.read(before, image(2));
  const change = pool.renew(setup);
  workers[1]!.ready(renewed);
  await change;
  const late = pool.read(before, image(3));
  const fresh = pool.read(after, image(4));
  expect(workers[1]!.heard.at(-1)).toMatchObject({ task: { image: image(4) } });
  clock.advance(9_000);
  workers[1]!.answer();
  workers[0]!.answer();
  workers[0]!.answer();
  clock.advance(1_000);
  expect(workers[0]!.heard.at(-1)).toMatchObject({ task: { image: image(3) } });
  workers[0]!.answer();
  expect(await Promise.all([running, waiting, late, fresh])).toHaveLength(4);
  expect(workers[0]!.heard.at(-1)).toEqual({ kind: 'close' });
  expect(workers[1]!.heard.at(-1)).not.toEqual({ kind: 'close' });
  workers[0]!.end('exit code 0');
  expect(workers).toHaveLength(2);
  await expect(pool.read(before, image(5))).rejects.toMatchObject({ code: 'version-gone' });
});

test('is refused when a new worker is unfit: the old ones serve on, and are replaced by their like', async () => {
  const { pool, workers, worker, lost } = readyPool();
  const change = pool.renew(setup);
  const error = new InputError('golden-mismatch', { found: 'F', why: 'W', remedy: 'R' });
  workers[1]!.say({ kind: 'unfit', error: packError(error) });
  expect(await change).toEqual({ outcome: 'refused', reason: 'F. W. R.' });
  expect(pool.status()).toMatchObject({ ready: true, fault: null });
  expect(lost).toEqual([]);
  const film = pool.read(before, image(1));
  worker(0).answer();
  expect(await film).toEqual(reading);
  worker(0).end();
  expect(worker().heard).toMatchObject([{ kind: 'start', setup: { versions: null } }]);
});

test('a rollback is taken up like any other change', async () => {
  const { pool, workers } = readyPool();
  for (const [at, to] of [renewed, readiness].entries()) {
    const change = pool.renew(setup);
    workers[at + 1]!.ready(to);
    expect(await change).toEqual({ outcome: 'taken-up' });
    expect(versions(pool.status())).toEqual(versions({ readiness: to }));
  }
});

test('a later change ends one that is under way', async () => {
  const { pool, workers } = readyPool();
  const first = pool.renew(setup);
  const second = pool.renew(setup);
  expect(await first).toEqual({ outcome: 'superseded' });
  expect(workers[1]!.killed).toBe(true);
  workers[2]!.ready(renewed);
  expect(await second).toEqual({ outcome: 'taken-up' });
});
