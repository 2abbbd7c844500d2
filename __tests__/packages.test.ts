// The lockfile is what a fresh clone gets: whole on every platform, exact, and silent about where packages came from.
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (file: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, '..', file), 'utf8'));
const { packages } = read('package-lock.json') as {
  readonly packages: Readonly<Record<string, Locked>>;
};

/** Where Node would find it from `from`: beside it, or further up. */
function isLocked(from: string, name: string): boolean {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return true;
    if (at === '') return false;
  }
}

test('every package for every platform is locked: npm ci refuses a lockfile that lacks one', () => {
  const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(from, name)),
  );
  expect(missing).toEqual([]);
});

test('the lockfile records no download addresses', () => {
  expect(Object.values(packages).filter((p) => p.resolved?.startsWith('http'))).toEqual([]);
});

test('every direct dependency is pinned exactly', () => {
  const { dependencies, devDependencies, optionalDependencies } = read('package.json') as Readonly<
    Record<string, Readonly<Record<string, string>>>
  >;
  const ranges = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(ranges.filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([]);
});

test('no dependency runs code while it is installed', () => {
  expect(readFileSync(join(__dirname, '..', '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
});
