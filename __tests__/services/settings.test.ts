// Settings: defaults that work, and a wrong value named with what it may be.
import { describe, expect, test } from '@jest/globals';
import { settingsFrom } from '../../services/settings.ts';
import type { Environment } from '../../services/settings.ts';

const region = { EVENKEEL_REGION: 'aws-paris' };
const from = (env: Environment) => settingsFrom({ ...region, ...env });

test('a region id is all that must be set', () => {
  expect(settingsFrom(region)).toMatchObject({
    region: 'aws-paris',
    hosts: ['127.0.0.1'],
    port: 8443,
    tls: null,
    engine: null,
    storeDirs: ['.evenkeel/store'],
    storedHoursMax: 24,
    queueMax: 32,
    drainWaitSeconds: 7,
    drainSecondsMax: 25,
  });
  expect(() => settingsFrom({})).toThrow(
    expect.objectContaining({
      code: 'wrong-setting',
      message: expect.stringContaining('EVENKEEL_REGION=aws-paris'),
    }),
  );
});

test('lists are split at commas, the own store first', () => {
  expect(from({ HOST: '127.0.0.2, ::1', STORE_DIRS: 'own,mirror' })).toMatchObject({
    hosts: ['127.0.0.2', '::1'],
    storeDirs: ['own', 'mirror'],
  });
  expect(() => from({ STORE_DIRS: 'own,own' })).toThrow(/STORE_DIRS="own,own"/);
  expect(() => from({ HOST: '127.0.0.1,' })).toThrow(/without empty or repeated/);
});

test('no film is kept for research, and no queue shown, unless a place and a token are named', () => {
  expect(from({})).toMatchObject({ lakeDirs: [], lakeDaysMax: 365, learningToken: null });
  expect(from({ LAKE_DIRS: 'own,mirror', LEARNING_TOKEN: 'a'.repeat(32) })).toMatchObject({
    lakeDirs: ['own', 'mirror'],
    learningToken: 'a'.repeat(32),
  });
  const wrong = () => from({ LEARNING_TOKEN: 'hunter2' });
  expect(wrong).toThrow(/LEARNING_TOKEN is set to 7 characters/);
  expect(wrong).not.toThrow(/hunter2/);
});

describe('a whole number is taken within its range only', () => {
  test.each([
    ['PORT', 0, 65_535],
    ['WORKERS', 1, 256],
    ['QUEUE_MAX', 1, 10_000],
    ['UPLOAD_MIB_MAX', 1, 1_024],
    ['RUN_SECONDS_MAX', 1, 600],
    ['STORED_HOURS_MAX', 1, 720],
  ])('%s from %d to %d', (name, min, max) => {
    for (const inside of [min, max]) expect(() => from({ [name]: `${inside}` })).not.toThrow();
    for (const outside of [min - 1, max + 1, 1.5, 'many'])
      expect(() => from({ [name]: `${outside}` })).toThrow(`whole number from ${min} to ${max}`);
  });
});

test('an engine is one of ours', () => {
  expect(from({ ENGINE: 'tfjs' }).engine).toBe('tfjs');
  expect(() => from({ ENGINE: 'gpu' })).toThrow('one of: onnx, tfjs');
});

test('TLS needs both files; without it the service waits for a balancer longer', () => {
  const tls = from({ TLS_CERT_FILE: 'c.pem', TLS_KEY_FILE: 'k.pem' });
  expect(tls.tls).toEqual({ certFile: 'c.pem', keyFile: 'k.pem' });
  expect(tls.keepAliveSeconds).toBe(5);
  expect(from({}).keepAliveSeconds).toBe(65);
  expect(() => from({ TLS_CERT_FILE: 'c.pem' })).toThrow('Set TLS_KEY_FILE too');
  expect(() => from({ TLS_KEY_FILE: 'k.pem' })).toThrow('Set TLS_CERT_FILE too');
});

test('the drain ends later than its wait', () => {
  expect(from({ DRAIN_WAIT_SECONDS: '30' }).drainSecondsMax).toBe(48);
  expect(() => from({ DRAIN_WAIT_SECONDS: '30', DRAIN_SECONDS_MAX: '30' })).toThrow('from 31');
  expect(from({ DRAIN_WAIT_SECONDS: '30', DRAIN_SECONDS_MAX: '31' }).drainSecondsMax).toBe(31);
});

test('workers learn where libraries are, and no secret', () => {
  const { workerEnvironment } = from({
    PATH: '/bin',
    CUDA_VISIBLE_DEVICES: '0',
    AWS_SECRET_ACCESS_KEY: 'secret',
    DATABASE_PATH: 'secret',
  });
  expect(workerEnvironment).toEqual({ PATH: '/bin', CUDA_VISIBLE_DEVICES: '0' });
});
