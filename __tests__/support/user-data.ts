// The user data that Terraform would give a machine, where no reference is left in it to fill in.
import { TerraformOutput, TerraformStack, Testing } from 'cdktf';
import { userData } from '../../stacks/constructs/instance-program.ts';
import type { InstanceProgram } from '../../stacks/constructs/instance-program.ts';
import { testingApp } from './synthesized.ts';

export const program: InstanceProgram = {
  cloud: 'aws',
  role: 'inference',
  architecture: 'x64',
  releasesUrl: 'http://127.0.0.1:8080',
  release: { version: '1.0.0', sha256: 'a'.repeat(64), previousVersion: '', previousSha256: '' },
  settings: { EVENKEEL_REGION: 'aws-paris' },
};

/** As it stands in the Terraform JSON. */
export function userDataTemplate(change: Partial<InstanceProgram> = {}): string {
  const stack = new TerraformStack(testingApp(), 'machine');
  const value = userData({ ...program, ...change });
  const { friendlyUniqueId } = new TerraformOutput(stack, 'script', { value });
  const { output } = JSON.parse(Testing.synth(stack)) as {
    readonly output: Readonly<Record<string, { readonly value: string }>>;
  };
  return output[friendlyUniqueId]?.value ?? '';
}

/** Terraform's own escapes undone, as in a template without references. */
export const userDataScript = (change: Partial<InstanceProgram> = {}): string =>
  userDataTemplate(change).replaceAll(/([$%])\1\{/g, '$1{');
