// What the deploy tool never carries out, and that it says how to go on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { planSummary } from '../../deploy/plan-summary.ts';
import type { PlanJson } from '../../deploy/plan-summary.ts';
import {
  requireNoProtectedLoss,
  requireNoProtectedStack,
  requirePublicOutputs,
  requireRealZone,
  requireTerraform,
  requireUnused,
} from '../../deploy/refusals.ts';
import { failoverPlan, manifest } from '../support/deploy-site.ts';

const recorded = (name: string) => {
  const file = join(__dirname, '..', 'golden', 'terraform-plans', `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as PlanJson;
};
const stack = (name: string) => manifest.stacks.find((entry) => entry.name === name)!;
const refused = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

test.each([
  'evenkeel.example',
  'qa.evenkeel.example',
  'clinic.test',
  'x.invalid',
  'x.localhost',
  'x.example.com',
  'example.org',
])('%s is nobody’s to delegate, so nothing is built for it', (zone) => {
  expect(() => requireRealZone({ ...manifest, zone })).toThrow(refused('reserved-zone', zone));
});

test.each(['evenkeel.health', 'example.fr', 'myexample.com', 'test.clinic.fr'])(
  '%s can be delegated',
  (zone) => {
    expect(() => requireRealZone({ ...manifest, zone })).not.toThrow();
  },
);

test('Terraform locks state without a table since 1.10, and older ones are refused', () => {
  for (const version of ['1.10.0', '1.11.4', '2.0.0'])
    expect(() => requireTerraform(version)).not.toThrow();
  for (const version of ['1.9.8', '0.15.5', ''])
    expect(() => requireTerraform(version)).toThrow(refused('old-terraform', '1.10'));
});

test('a stack that holds protected data is not destroyed, and the way to mean it is named', () => {
  const all = manifest.stacks;
  expect(() => requireNoProtectedStack(manifest, all)).toThrow(
    refused('protected-data', 'protectsData: false'),
  );
  expect(() => requireNoProtectedStack(manifest, [stack('dns')])).not.toThrow();
  expect(() => requireNoProtectedStack({ ...manifest, protectsData: false }, all)).not.toThrow();
});

test('a table that a plan would replace is refused, a security group beside it is not', () => {
  const summary = planSummary(recorded('replace'));
  const paris = stack('aws-paris');
  expect(() => requireNoProtectedLoss(manifest, paris, summary)).toThrow(
    refused('protected-data', 'replace aws_dynamodb_table.jobs.'),
  );
  const withoutTable = {
    ...summary,
    losses: summary.losses.filter(({ type }) => type !== 'aws_dynamodb_table'),
  };
  expect(() => requireNoProtectedLoss(manifest, paris, withoutTable)).not.toThrow();
});

test('where data is not protected, or a stack holds none, a replacement is a replacement', () => {
  const summary = planSummary(recorded('replace'));
  const unprotected = { ...manifest, protectsData: false };
  expect(() => requireNoProtectedLoss(unprotected, stack('aws-paris'), summary)).not.toThrow();
  expect(() => requireNoProtectedLoss(manifest, stack('dns'), summary)).not.toThrow();
});

test('an output that is secret stops a plan before it is applied', () => {
  expect(() => requirePublicOutputs('dns', recorded('replace'))).toThrow(
    refused('sensitive-output', '"token" of dns'),
  );
  expect(() => requirePublicOutputs('dns', recorded('create'))).not.toThrow();
});

const built = (...names: readonly string[]) => ({
  stacks: Object.fromEntries(names.map((name) => [name, { outputs: {} }])),
});
const destroying = (standing: readonly string[], ...going: readonly string[]) =>
  requireUnused(manifest, failoverPlan, built(...standing), going.map(stack));

test('the ground is not pulled from under a stack that stands on another', () => {
  expect(() => destroying(['zone', 'dns'], 'zone')).toThrow(refused('still-needed', 'by dns'));
  expect(() => destroying(['zone', 'dns'], 'dns', 'zone')).not.toThrow();
  expect(() => destroying(['zone'], 'zone')).not.toThrow();
});

test('the bucket of all states goes last', () => {
  expect(() => destroying(['state', 'gcp-belgium'], 'state')).toThrow(
    refused('still-needed', 'by gcp-belgium'),
  );
});

test('a controller needs the stacks that its deployment file tells of', () => {
  expect(() => destroying(['gcp-belgium', 'vantage-dublin'], 'gcp-belgium')).toThrow(
    refused('still-needed', 'by vantage-dublin'),
  );
});

test('a value that comes late has a default, so its giver may go first', () => {
  expect(() => destroying(['vantage-dublin', 'peers'], 'peers')).not.toThrow();
});
