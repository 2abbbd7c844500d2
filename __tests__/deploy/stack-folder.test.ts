// One stack on disk: what Terraform is told, in which order, and what is kept from it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { StackFolder } from '../../deploy/stack-folder.ts';
import type { Terraform } from '../../deploy/terraform.ts';
import { withFolder } from '../support/folder.ts';

const inFolder = (
  terraform: (folder: string, verb: string) => string,
  work: (folder: StackFolder, root: string, calls: readonly (readonly string[])[]) => Promise<void>,
) =>
  withFolder(async (root) => {
    const calls: (readonly string[])[] = [];
    const answering: Terraform = async ({ args }) => {
      calls.push(args.slice(1));
      return {
        exitCode: 0,
        answer: terraform(args[0]!.replace('-chdir=', ''), args[1]!),
        tail: '',
      };
    };
    const locksFolder = join(root, 'locks');
    const workshop = {
      terraform: answering,
      outdir: root,
      locksFolder,
      variables: {},
      parallelism: 7,
    };
    const folder = new StackFolder('dns', workshop);
    mkdirSync(folder.folder, { recursive: true });
    const json = {
      terraform: { required_providers: { google: {}, aws: {} } },
      variable: { release_version: { type: 'string' } },
    };
    writeFileSync(join(folder.folder, 'cdk.tf.json'), JSON.stringify(json));
    await work(folder, root, calls);
  });

test('exactly the plan that was shown is applied', () =>
  inFolder(
    () => '{"applyable":true}',
    async (folder, _root, calls) => {
      expect(await folder.plan(false)).toEqual({ applyable: true });
      await folder.apply();
      expect(calls).toEqual([
        ['plan', '-input=false', '-no-color', '-out=terraform.plan', '-parallelism=7'],
        ['show', '-no-color', '-json', 'terraform.plan'],
        ['apply', '-input=false', '-no-color', '-parallelism=7', 'terraform.plan'],
      ]);
    },
  ));

test('a plan file is not left behind: it holds every value in the clear', () =>
  inFolder(
    (folder, verb) => {
      if (verb === 'plan') writeFileSync(join(folder, 'terraform.plan'), 'hunter2');
      return '{}';
    },
    async (folder) => {
      await folder.plan(false);
      folder.forgetPlan();
      expect(existsSync(join(folder.folder, 'terraform.plan'))).toBe(false);
    },
  ));

test('the checksums of providers outlive the folder, which synthesis empties', () =>
  inFolder(
    (folder, verb) => {
      const lock = join(folder, '.terraform.lock.hcl');
      if (verb === 'init' && !existsSync(lock)) writeFileSync(lock, 'h1:first');
      return '';
    },
    async (folder, root) => {
      await folder.init();
      const kept = join(root, 'locks', 'aws-google.lock.hcl');
      expect(readFileSync(kept, 'utf8')).toBe('h1:first');
      writeFileSync(kept, 'h1:reviewed');
      await folder.init();
      expect(readFileSync(join(folder.folder, '.terraform.lock.hcl'), 'utf8')).toBe('h1:reviewed');
    },
  ));

test('variables and their defaults are those of the synthesized stack', () =>
  inFolder(
    () => '',
    async (folder) => {
      expect(folder.declaredVariables).toEqual({ release_version: { type: 'string' } });
    },
  ));
