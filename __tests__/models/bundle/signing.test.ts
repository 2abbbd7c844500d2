// Signed bundles: whatever was changed after signing is refused, and refused before anything parses it.
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { InferenceSession } from 'onnxruntime-node';
import { loadBundle, loadDraft } from '../../../models/bundle/load-bundle.ts';
import { namedBundle } from '../../../models/bundle/named-bundle.ts';
import { generateKey, readSigner } from '../../../models/bundle/private-key.ts';
import { signatureFile, signerOf } from '../../../models/bundle/signature.ts';
import { entryOf, readTrustedKeys } from '../../../models/bundle/trusted-keys.ts';
import { ModelProto } from '../../../models/onnx/schema.ts';
import { openReaders } from '../../../services/inference/pool/open-readers.ts';
import {
  putInProduction,
  testKeys,
  testSigner,
  withFolder,
  writeImageBundle,
  writeTableBundle,
  writeTestKeys,
} from '../../support/bundles.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const withSigned = (work: (dir: string, root: string) => Promise<void>) =>
  withFolder(async (root) => {
    const bundle = await writeTableBundle(root);
    await putInProduction(root, bundle);
    await work(bundle.dir, root);
  });

async function flipOneBit(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  const index = (at + bytes.length) % bytes.length;
  bytes[index]! ^= 1;
  await writeFile(path, bytes);
}

describe('a signed bundle', () => {
  test('loads, and says who signed it', async () => {
    await withSigned(async (dir) => {
      const { signer } = await loadBundle(dir, testKeys);
      expect(signer).toMatchObject({ owner: 'Test publisher', id: testSigner.keyId });
    });
  });

  test.each([
    ['the manifest, even where it is still JSON', 'manifest.json', -3],
    ['the model', 'model.onnx', -1],
    ['the signature', signatureFile, -20],
  ])('with one flipped bit in %s is refused', async (_, file, at) => {
    await withSigned(async (dir) => {
      await flipOneBit(join(dir, file), at);
      await expect(loadBundle(dir, testKeys)).rejects.toMatchObject({ code: 'bundle-tampered' });
    });
  });

  test('with one flipped bit in a golden picture is refused', async () => {
    await withFolder(async (root) => {
      const bundle = await writeImageBundle(root);
      await putInProduction(root, bundle);
      await flipOneBit(join(bundle.dir, 'golden-clear.png'), -10);
      await expect(loadBundle(bundle.dir, testKeys)).rejects.toMatchObject({
        code: 'bundle-tampered',
        parts: { found: expect.stringContaining('golden-clear.png') },
      });
    });
  }, 60_000);

  test('without its signature is refused', async () => {
    await withSigned(async (dir) => {
      await rm(join(dir, signatureFile));
      await expect(loadBundle(dir, testKeys)).rejects.toMatchObject({ code: 'bundle-unsigned' });
    });
  });

  test('of a key that nobody trusts is refused', async () => {
    await withSigned(async (dir) => {
      const stranger = signerOf(generateKeyPairSync('ed25519').privateKey);
      const manifest = await readFile(join(dir, 'manifest.json'));
      await writeFile(join(dir, signatureFile), stranger.sign(manifest));
      await expect(loadBundle(dir, testKeys)).rejects.toMatchObject({ code: 'bundle-untrusted' });
    });
  });

  test('does not pass with the signature of a bare manifest: the domain is part of what is signed', async () => {
    await withSigned(async (dir) => {
      const { sign, privateKey, publicKey } = await bareSigner();
      const entry = entryOf(publicKey, 'Signs other things too', '2026-11-21');
      const keys = new Map([[entry.id, { ...entry, publicKey, retired: null }]]);
      const manifest = await readFile(join(dir, 'manifest.json'));
      const whole = signerOf(privateKey).sign(manifest);
      const bare = { ...(JSON.parse(whole) as object), signature: sign(manifest) };
      await writeFile(join(dir, signatureFile), JSON.stringify(bare));
      await expect(loadBundle(dir, keys)).rejects.toMatchObject({ code: 'bundle-tampered' });
      await writeFile(join(dir, signatureFile), whole);
      await expect(loadBundle(dir, keys)).resolves.toMatchObject({ dir });
    });
  });
});

async function bareSigner() {
  const crypto = await import('node:crypto');
  const pair = generateKeyPairSync('ed25519');
  const sign = (bytes: Uint8Array) => crypto.sign(null, bytes, pair.privateKey).toString('base64');
  return { ...pair, sign };
}

describe('a tampered bundle reaches no parser', () => {
  const parsers = () => [jest.spyOn(InferenceSession, 'create'), jest.spyOn(ModelProto, 'decode')];
  let registry = '';
  let trustedKeysFile = '';
  const open = (engine: 'onnx' | 'tfjs') =>
    openReaders({ modelsDir: registry, trustedKeysFile, engine, versions: null });

  beforeEach(() => {
    registry = '';
  });

  test.each(['onnx', 'tfjs'] as const)('of models, on the engine %s', async (engine) => {
    await withSigned(async (dir, root) => {
      registry = root;
      trustedKeysFile = await writeTestKeys(root);
      const model = await readFile(join(dir, 'model.onnx'));
      const calls = () => parsersCalled.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
      const parsersCalled = parsers();
      await flipOneBit(join(dir, 'model.onnx'), -1);
      await expect(open(engine)).rejects.toMatchObject({ code: 'bundle-tampered' });
      expect(calls()).toBe(0);
      await writeFile(join(dir, 'model.onnx'), model);
      for (const reader of (await open(engine)).readers.values()) await reader.close();
      expect(calls()).toBeGreaterThan(0);
    });
  });

  test('of manifests: what is no longer JSON is refused for its signature', async () => {
    await withSigned(async (dir) => {
      await writeFile(join(dir, 'manifest.json'), '{');
      await expect(loadDraft(dir)).rejects.toMatchObject({ code: 'bundle-invalid' });
      await expect(loadBundle(dir, testKeys)).rejects.toMatchObject({ code: 'bundle-tampered' });
    });
  });
});

describe('a model that is named', () => {
  test('by a folder without a signature is a draft', async () => {
    await withFolder(async (root) => {
      const { dir } = await writeTableBundle(root);
      const bundle = await namedBundle(dir, { keys: testKeys, registry: root });
      expect(bundle.signer).toBeNull();
    });
  });

  test('by a folder whose signature does not hold is no draft, but refused', async () => {
    await withSigned(async (dir, registry) => {
      await flipOneBit(join(dir, 'manifest.json'), -3);
      await expect(namedBundle(dir, { keys: testKeys, registry })).rejects.toMatchObject({
        code: 'bundle-tampered',
      });
    });
  });
});

describe('keys', () => {
  test('a private key is written once, for its owner only, and signs what its entry verifies', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'publisher.pem');
      const publicKey = await generateKey(file);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      await expect(generateKey(file)).rejects.toMatchObject({ code: 'key-exists' });
      const entry = entryOf(publicKey, 'Somebody', '2026-11-21');
      const list = join(folder, 'keys.json');
      await writeFile(list, JSON.stringify({ formatVersion: 1, keys: [entry] }));
      expect((await readTrustedKeys(list)).get((await readSigner(file)).keyId)).toMatchObject({
        owner: 'Somebody',
        retired: null,
      });
    });
  });

  test('a private key is not made inside a repository', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, '.git'));
      await mkdir(join(folder, 'deep'));
      await expect(generateKey(join(folder, 'deep', 'key.pem'))).rejects.toMatchObject({
        code: 'key-in-repository',
      });
    });
  });

  test('a list whose id does not belong to its key is refused', async () => {
    await withFolder(async (folder) => {
      const { publicKey } = generateKeyPairSync('ed25519');
      const entry = { ...entryOf(publicKey, 'Somebody', '2026-11-21'), id: 'f'.repeat(32) };
      const list = join(folder, 'keys.json');
      await writeFile(list, JSON.stringify({ formatVersion: 1, keys: [entry] }));
      await expect(readTrustedKeys(list)).rejects.toMatchObject({ code: 'trusted-keys' });
    });
  });
});
