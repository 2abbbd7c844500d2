// Where a stack's state is while it is worked on: in its bucket, except that the bucket's own stack begins and ends without it.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { StackFolder } from './stack-folder.ts';
import { TerraformError } from './terraform.ts';

/** Terraform reads overrides in the order of their names, and the last one wins. */
const overrideFile = 'state_on_disk_override.tf.json';
/** Beside `stacks/`, which synthesis empties: this file may be the only trace of a bucket half made. */
const stateOnDisk = '../../bootstrap.tfstate';

const overrideOf = (folder: StackFolder) => join(folder.folder, overrideFile);
const diskOf = (folder: StackFolder) => resolve(folder.folder, stateOnDisk);

const onDisk = (folder: StackFolder) =>
  writeFileSync(
    overrideOf(folder),
    JSON.stringify({ terraform: { backend: { local: { path: stateOnDisk } } } }),
  );

/** Terraform's S3 backend, when the bucket is not there. */
const missingBucket = /S3 bucket "[^"]*" does not exist/;

/**
 * Readies the stack that makes the bucket of all states, its own included. True when its state is on disk for now: before the bucket is
 * there, or after an interruption between making the bucket and moving in.
 */
export async function openStateStack(folder: StackFolder): Promise<boolean> {
  if (!existsSync(diskOf(folder))) {
    rmSync(overrideOf(folder), { force: true });
    const result = await folder.tryInit();
    if (result.exitCode === 0) return false;
    if (!missingBucket.test(result.tail.replaceAll(/\s+/g, ' ')))
      throw new TerraformError(folder.name, 'init', result, folder.logFile);
  }
  onDisk(folder);
  await folder.init('-reconfigure');
  return true;
}

/** After the first apply: the state moves into the bucket that it describes. */
export async function moveIntoBucket(folder: StackFolder): Promise<void> {
  rmSync(overrideOf(folder));
  await folder.init('-migrate-state', '-force-copy');
  rmSync(diskOf(folder), { force: true });
  rmSync(`${diskOf(folder)}.backup`, { force: true });
}

/** Before the bucket is destroyed: the state moves out, so that it outlives what it describes. */
export async function moveOutOfBucket(folder: StackFolder): Promise<void> {
  onDisk(folder);
  await folder.init('-migrate-state', '-force-copy');
}

/** After the bucket is destroyed. */
export function forgetStateOnDisk(folder: StackFolder): void {
  rmSync(overrideOf(folder), { force: true });
  rmSync(diskOf(folder), { force: true });
  rmSync(`${diskOf(folder)}.backup`, { force: true });
}
