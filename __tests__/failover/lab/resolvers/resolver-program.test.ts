// How each resolver profile is started: from data, before any of them runs.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolverProfiles } from '../../../../failover/lab/resolvers/resolver-profile.ts';
import type { ResolverProfile } from '../../../../failover/lab/resolvers/resolver-profile.ts';
import { resolverProgram } from '../../../../failover/lab/resolvers/resolver-program.ts';

const [address, upstream] = ['198.18.60.7', '198.18.53.2'];
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'resolvers-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything that a program is told: its arguments, and its files with the folder left out. */
function toldTo(profile: ResolverProfile): string {
  const directory = join(folder, profile.id);
  const site = { address, upstream, directory };
  const { command } = resolverProgram({ name: profile.id, profile, site }, 'caches');
  const files = readdirSync(directory).map((file) => readFileSync(join(directory, file), 'utf8'));
  return [...command, ...files].join('\n').replaceAll(directory, '');
}

test('each profile has a name of its own, and its program is told something that no other is', () => {
  const ids = resolverProfiles.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(resolverProfiles.map(toldTo)).size).toBe(ids.length);
});

test.each(resolverProfiles)('$id listens at and asks from its own address', (profile) => {
  const told = toldTo(profile);
  expect(told.split(address).length - 1).toBeGreaterThanOrEqual(2);
  expect(told).toContain(upstream);
  expect(told).not.toContain('127.0.0.1');
});

test.each(resolverProfiles.filter(({ options }) => options.ttlSecondsMin !== undefined))(
  '$id holds every answer for at least 30 s',
  (profile) => {
    expect(toldTo(profile)).toMatch(/min[a-z_-]*ttl[a-z_-]*[ =:(]+30\b/);
  },
);

test('as it comes no program is told anything of TTLs, of prefetching or of stale answers', () => {
  for (const profile of resolverProfiles.filter(({ id, software }) => id === software))
    expect(toldTo(profile)).not.toMatch(/ttl|prefetch|predict|stale|expired|packetcache/i);
});
