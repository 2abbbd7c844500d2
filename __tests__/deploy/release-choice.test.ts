// Which release runs, and which one a machine returns to when it fails.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readRelease, releaseChoice, releaseParameters } from '../../deploy/release-choice.ts';
import { releaseFile } from '../support/deploy-site.ts';
import { withFolder } from '../support/folder.ts';

const release = (version: string) => ({
  version,
  sha256: { x64: `${version}-x64`, arm64: `${version}-arm64` },
});
const [one, two, three] = [release('1.0.0'), release('2.0.0'), release('3.0.0')];

test('the first release has nothing to return to', () => {
  expect(releaseChoice({}, one)).toEqual({ release: one });
});

test('a new release returns to the one that it replaces', () => {
  expect(releaseChoice({ release: two, previous: one }, three)).toEqual({
    release: three,
    previous: two,
  });
});

test('deploying the same release again, or none, changes neither', () => {
  const standing = { release: two, previous: one };
  expect(releaseChoice(standing, two)).toEqual(standing);
  expect(releaseChoice(standing, null)).toEqual(standing);
});

test('the same version with another content is another release', () => {
  const rebuilt = { ...two, sha256: { ...two.sha256, x64: 'other' } };
  expect(releaseChoice({ release: two }, rebuilt)).toEqual({ release: rebuilt, previous: two });
});

test('after going back there is nothing to return to: what was left is known to be bad', () => {
  expect(releaseChoice({ release: two, previous: one }, one)).toEqual({ release: one });
});

test('a release sets every parameter that a stack of machines may take', () => {
  expect(releaseParameters({ release: two, previous: one })).toEqual({
    release_version: '2.0.0',
    release_sha256_x64: '2.0.0-x64',
    release_sha256_arm64: '2.0.0-arm64',
    previous_version: '1.0.0',
    previous_sha256_x64: '1.0.0-x64',
    previous_sha256_arm64: '1.0.0-arm64',
  });
  expect(releaseParameters({ release: one })).toMatchObject({ previous_version: '' });
  expect(releaseParameters({})).toEqual({});
});

test('the manifest of packaging is read', () =>
  withFolder(async (folder) => {
    expect(readRelease(releaseFile(folder, '1.2.3'))).toEqual({
      version: '1.2.3',
      sha256: { x64: 'a'.repeat(64), arm64: 'b'.repeat(64) },
    });
  }));

test.each([
  '{}',
  '{"version":"1.0.0","architectures":{"x64":{"sha256":"abc"}}}',
  'no json',
  'null',
])('a manifest that is %s is refused', (text) =>
  withFolder(async (folder) => {
    const file = join(folder, 'release.json');
    writeFileSync(file, text);
    expect(() => readRelease(file)).toThrow(expect.objectContaining({ code: 'wrong-release' }));
  }),
);
