// What things are called in three clouds, and that a name too long for one of them is refused before anything is built.
import { expect, test } from '@jest/globals';
import { nameOf } from '../../stacks/names.ts';
import { fleetFor } from '../../fleet/environments.ts';

const production = fleetFor('production');
const qa = fleetFor('qa');

test('a name says what it belongs to', () => {
  expect(nameOf.balancer(production, 'aws-paris', 'tls')).toBe('ek-prod-aws-paris-tls');
  expect(nameOf.worldBucket(qa, 'aws-paris', 'uploads')).toBe(
    'qa-evenkeel-example-aws-paris-uploads',
  );
});

test('two environments, two zones and two regions never share a name', () => {
  const other = { ...production, zone: 'other.example' };
  const names = [production, qa].flatMap((fleet) => [
    nameOf.gcp(fleet, 'gcp-belgium'),
    nameOf.gcp(fleet, 'gcp-milan'),
  ]);
  const accounts = [production, qa, other].flatMap((fleet) => [
    nameOf.storageAccount(fleet, 'azure-frankfurt', 'uploads'),
    nameOf.storageAccount(fleet, 'azure-dublin', 'uploads'),
    nameOf.vault(fleet, 'azure-frankfurt'),
  ]);
  for (const list of [names, accounts]) expect(new Set(list).size).toBe(list.length);
});

test.each([
  ['balancer', 32],
  ['role', 64],
  ['gcp', 63],
  ['serviceAccount', 30],
  ['azure', 64],
] as const)('a %s may have %i characters and no more', (kind, max) => {
  const part = 'a'.repeat(max - 'ek-prod-'.length);
  expect(nameOf[kind](production, part)).toHaveLength(max);
  expect(() => nameOf[kind](production, `${part}a`)).toThrow(
    new RegExp(`has ${max + 1} characters.*at most ${max}.*Shorten`),
  );
});

test('a storage account has at most 24 letters and digits, whatever the region is called', () => {
  const name = nameOf.storageAccount(
    production,
    'azure-a-very-long-name-for-a-region',
    'artifacts',
  );
  expect(name).toMatch(/^ekprod[a-z0-9]{8}artifacts$/);
  expect(name.length).toBeLessThanOrEqual(24);
  expect(() => nameOf.storageAccount(production, 'azure-frankfurt', 'elevenchars')).toThrow(
    /at most 24/,
  );
});

test('a name that a cloud would refuse for its letters is refused with the rule', () => {
  expect(() => nameOf.gcp(production, 'Belgium')).toThrow(
    /is no name for a Google Cloud resource.*must match/,
  );
  expect(() => nameOf.gcp(production, 'two--hyphens')).toThrow(/is no name/);
});
