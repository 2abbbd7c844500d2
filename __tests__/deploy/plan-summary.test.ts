// Recorded plans of Terraform 1.11.4 become a few lines that a person can judge.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { planSummary, summaryLines } from '../../deploy/plan-summary.ts';
import type { PlanJson } from '../../deploy/plan-summary.ts';

const recorded = (name: string) => {
  const file = join(__dirname, '..', 'golden', 'terraform-plans', `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as PlanJson;
};
const linesOf = (name: string) => summaryLines(planSummary(recorded(name)));

test('a first plan counts what it creates', () => {
  expect(linesOf('create')).toEqual([
    '4 to create, 0 to change, 0 to replace, 0 to destroy',
    '  outputs: uploads_bucket',
  ]);
});

test('a plan that would change nothing says so', () => {
  expect(linesOf('nothing')).toEqual(['no changes']);
});

test('what is destroyed or replaced is named, with what forces it', () => {
  expect(linesOf('replace')).toEqual([
    '0 to create, 1 to change, 2 to replace, 1 to destroy',
    '  destroy aws_sqs_queue.wake (no longer in the stack)',
    '  replace aws_dynamodb_table.jobs (cannot be changed in place: hash_key)',
    '  replace aws_security_group.door (cannot be changed in place: description)',
    '  outputs: token',
  ]);
});

test('a destruction names all that goes', () => {
  const { losses, created } = planSummary(recorded('destroy'));
  expect(created).toBe(0);
  expect(losses.map(({ kind, address }) => `${kind} ${address}`)).toEqual([
    'destroy aws_dynamodb_table.jobs',
    'destroy aws_s3_bucket.uploads',
    'destroy aws_security_group.door',
    'destroy aws_sqs_queue.wake',
  ]);
});

test('a replacement is one in either order, and reading data is none', () => {
  const change = (type: string, actions: readonly string[], mode: 'managed' | 'data') => ({
    address: `${type}.x`,
    type,
    mode,
    change: { actions },
  });
  const { losses, created, changed } = planSummary({
    resource_changes: [
      change('aws_lb', ['create', 'delete'], 'managed'),
      change('aws_ami', ['read'], 'data'),
    ],
  });
  expect(losses).toEqual([{ address: 'aws_lb.x', type: 'aws_lb', kind: 'replace', because: '' }]);
  expect([created, changed]).toEqual([0, 0]);
});

test('a change of outputs alone is a change: other stacks may wait for it', () => {
  const plan = { applyable: true, output_changes: { address: { actions: ['create'] } } };
  expect(planSummary(plan).isEmpty).toBe(false);
});

test('hundreds of losses are counted, not listed', () => {
  const one = recorded('destroy').resource_changes![0]!;
  const lines = summaryLines(
    planSummary({ applyable: true, resource_changes: Array.from({ length: 300 }, () => one) }),
  );
  expect(lines).toHaveLength(42);
  expect(lines.at(-1)).toBe('  and 260 more: see the log');
});
