// Terraform's own judgement of production's stacks: `terraform validate` with the provider that deploys them.
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { fleetFor } from '../../fleet/environments.ts';
import { synthesize } from '../../stacks/synthesize.ts';
import { withFolder } from '../support/folder.ts';
import { pluginCache } from '../support/moto/plugin-cache.ts';

const validateMsMax = 600_000;
const answerCharsMax = 16 * 1024 * 1024;
const run = promisify(execFile);

const isHere = spawnSync('terraform', ['version']).status === 0;
if (!isHere) console.warn('Skipped: terraform 1.10 or newer is not on the PATH.');
const testWithTerraform = isHere ? test : test.skip;

interface Validation {
  readonly valid: boolean;
  readonly diagnostics: readonly { readonly severity: string; readonly summary: string }[];
}

/** The provider binaries of Google Cloud and Azure are the deployer's; the schema checker judges those stacks. */
testWithTerraform(
  'every AWS stack of production is valid, without a warning',
  () =>
    withFolder(async (folder) => {
      const { stacks } = synthesize(fleetFor('production'), folder);
      const names = stacks.filter(({ cloud }) => cloud === 'aws').map(({ name }) => name);
      expect(names.length).toBeGreaterThan(3);
      const env = { ...process.env, ...pluginCache(), CHECKPOINT_DISABLE: '1' };
      for (const name of names) {
        const terraform = (...args: readonly string[]) =>
          run('terraform', [`-chdir=${join(folder, 'stacks', name)}`, ...args], {
            env,
            maxBuffer: answerCharsMax,
          });
        await terraform('init', '-backend=false', '-input=false');
        // Its exit code says no more than its answer, which names the resource.
        const { stdout } = await terraform('validate', '-json').catch(
          (failed: { stdout: string }) => failed,
        );
        const { valid, diagnostics } = JSON.parse(stdout) as Validation;
        expect({ name, valid, diagnostics }).toEqual({ name, valid: true, diagnostics: [] });
      }
    }),
  validateMsMax,
);
