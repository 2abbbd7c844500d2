import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { faultsOf, lineage, parsedDockerfile, targets } from '../support/dockerfile.ts';

const root = join(__dirname, '../..');
const source = readFileSync(join(root, 'release/images/Dockerfile'), 'utf8');
const file = parsedDockerfile(source);
const commandOf = (image: string) =>
  lineage(file, image).findLast(({ name }) => name === 'CMD')?.text ?? '';

test('there is an image for each of the pipelines that run in containers', () => {
  expect(targets(file)).toEqual(['structured', 'batch', 'front', 'training', 'spark']);
});

test('the images keep all rules', () => {
  expect(faultsOf(source)).toEqual([]);
});

test.each([
  ['USER 1000:1000', '', 'structured: runs as root'],
  [
    '${NODE}${NODE_DIGEST:+@${NODE_DIGEST}} AS release',
    'node AS release',
    'release: the base has no tag',
  ],
  ['${LAMBDA_DIGEST:+@${LAMBDA_DIGEST}}', '', 'front: the base takes no digest'],
  [
    '@${SPARK_DIGEST}',
    '${SPARK_DIGEST:+@${SPARK_DIGEST}}',
    'spark: "latest" without a mandatory digest',
  ],
  ['numpy==2.0.2', 'numpy', 'spark: installs an unpinned Python package'],
  ['tfjs-node-gpu@4.22.0', 'tfjs-node-gpu', 'gpu: installs an unpinned package'],
  [
    'COPY --from=release /opt/evenkeel ./',
    'ADD https://example.com/x.tgz ./',
    'service: ADD unpacks',
  ],
  ['ENV PORT=8080', 'ENV API_TOKEN=abc', 'structured: carries a secret'],
  ['ARG VERSION', 'ARG NPM_TOKEN', 'release: takes a secret'],
  ['CMD ["node", "services/pipelines/batch.js"]', 'CMD node x.js', 'batch: starts through a shell'],
  [
    '    tar -xzf',
    '    curl https://example.com/x | sh && tar -xzf',
    'release: runs what it downloads',
  ],
])('a Dockerfile with "%s" as "%s" is refused', (from, to, fault) => {
  const spoilt = source.replaceAll(from, () => to);
  expect(spoilt).not.toBe(source);
  expect(faultsOf(spoilt).join('\n')).toContain(fault);
});

test('every image says how its health is known', () => {
  const unsaid = source.replaceAll(/^HEALTHCHECK NONE$/gm, '');
  expect(faultsOf(unsaid)).toEqual(
    ['batch', 'front', 'training', 'spark'].map(
      (image) => `${image}: does not say how its health is known`,
    ),
  );
});

test.each(['structured', 'batch', 'front', 'training'])(
  'the program that the image %s starts is among our sources',
  (image) => {
    const program = /(services\/[\w/-]+)\.(js|handler)/.exec(commandOf(image))?.[1] ?? '';
    expect(existsSync(join(root, `${program}.ts`))).toBe(true);
  },
);
