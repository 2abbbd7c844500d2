// The bucket of all states holds its own state too: it is made with the state on disk, and unmade that way.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { StackFolder } from '../../deploy/stack-folder.ts';
import {
  forgetStateOnDisk,
  moveIntoBucket,
  moveOutOfBucket,
  openStateStack,
} from '../../deploy/state-home.ts';
import type { Terraform } from '../../deploy/terraform.ts';
import { withFolder } from '../support/folder.ts';

/** Words of Terraform 1.11.4, wrapped as it wraps them. */
const missingBucket = `│ Error: Failed to get existing workspaces: S3 bucket "clinic-state" does not exist.
│
│ The referenced S3 bucket must have been previously created.`;

interface Home {
  readonly folder: StackFolder;
  readonly inits: readonly string[];
  readonly override: string;
  readonly disk: string;
}

/** `fail` are the words of a failing first init; null succeeds. */
const atHome = (fail: string | null, work: (home: Home) => Promise<void>) =>
  withFolder(async (root) => {
    const inits: string[] = [];
    let words = fail;
    const terraform: Terraform = async ({ args }) => {
      inits.push(args.slice(4).join(' '));
      const tail = words ?? '';
      words = null;
      return { exitCode: tail === '' ? 0 : 1, answer: '', tail };
    };
    const folder = new StackFolder('state', {
      terraform,
      outdir: root,
      locksFolder: join(root, 'locks'),
      variables: {},
      parallelism: 10,
    });
    mkdirSync(folder.folder, { recursive: true });
    writeFileSync(join(folder.folder, 'cdk.tf.json'), '{}');
    const override = join(folder.folder, 'state_on_disk_override.tf.json');
    await work({ folder, inits, override, disk: join(root, 'bootstrap.tfstate') });
  });

test('where the bucket is there, the state is in it', () =>
  atHome(null, async ({ folder, inits, override }) => {
    expect(await openStateStack(folder)).toBe(false);
    expect(inits).toEqual(['']);
    expect(existsSync(override)).toBe(false);
  }));

test('where it is not there yet, the state begins on disk, outside what synthesis empties', () =>
  atHome(missingBucket, async ({ folder, inits, override }) => {
    expect(await openStateStack(folder)).toBe(true);
    expect(inits).toEqual(['', '-reconfigure']);
    expect(JSON.parse(readFileSync(override, 'utf8'))).toEqual({
      terraform: { backend: { local: { path: '../../bootstrap.tfstate' } } },
    });
  }));

test('any other failure is not taken for a missing bucket', () =>
  atHome('Error: No valid credential sources found', async ({ folder, override }) => {
    await expect(openStateStack(folder)).rejects.toThrow(/No valid credential sources/);
    expect(existsSync(override)).toBe(false);
  }));

test('after an interruption the state on disk is gone on with: it may be the only trace of a bucket', () =>
  atHome(null, async ({ folder, inits, disk }) => {
    writeFileSync(disk, '{}');
    expect(await openStateStack(folder)).toBe(true);
    expect(inits).toEqual(['-reconfigure']);
  }));

test('once applied, the state moves into the bucket and leaves nothing on disk', () =>
  atHome(missingBucket, async ({ folder, inits, override, disk }) => {
    await openStateStack(folder);
    writeFileSync(disk, '{}');
    await moveIntoBucket(folder);
    expect(inits.at(-1)).toBe('-migrate-state -force-copy');
    expect([existsSync(override), existsSync(disk)]).toEqual([false, false]);
  }));

test('before the bucket goes, the state moves out of it, and is forgotten afterwards', () =>
  atHome(null, async ({ folder, inits, override, disk }) => {
    await openStateStack(folder);
    await moveOutOfBucket(folder);
    expect(inits.at(-1)).toBe('-migrate-state -force-copy');
    expect(existsSync(override)).toBe(true);
    writeFileSync(disk, '{}');
    forgetStateOnDisk(folder);
    expect([existsSync(override), existsSync(disk)]).toEqual([false, false]);
  }));
