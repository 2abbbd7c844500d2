// The terraform command is run for real here, with a shell script in its place that does what each test says.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { systemTerraform, terraformVersion } from '../../deploy/terraform.ts';
import type { TerraformCall } from '../../deploy/terraform.ts';
import { withFolder } from '../support/folder.ts';

/** Runs `script` as terraform and returns the result and the log. */
const running = (script: string, more: Partial<TerraformCall> = {}) =>
  withFolder(async (folder) => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'terraform'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, 'terraform'), 0o755);
    const logFile = join(folder, 'logs', 'dns.log');
    const terraform = systemTerraform({ PATH: `${bin}:${process.env['PATH']}` });
    const result = await terraform({
      args: ['plan', '-no-color'],
      logFile,
      variables: {},
      ...more,
    });
    return { ...result, log: readFileSync(logFile, 'utf8') };
  });

test('what it says goes to the log, and the exit code comes back', async () => {
  const { exitCode, log, tail } = await running('echo planning; echo broken >&2; exit 3');
  expect(exitCode).toBe(3);
  expect(log).toContain('$ terraform plan -no-color');
  expect(log).toMatch(/planning[^]*broken|broken[^]*planning/);
  expect(tail.split('\n').sort()).toEqual(['broken', 'planning']);
});

test('only the last forty lines are shown again', async () => {
  const { tail } = await running('seq 1 1000');
  expect(tail.split('\n')).toHaveLength(40);
  expect(tail.endsWith('\n1000')).toBe(true);
});

test('an answer comes back whole and does not stand in the log: plans hold every value in the clear', async () => {
  const { answer, log } = await running('echo hunter2', { isAnswer: true });
  expect(answer).toBe('hunter2\n');
  expect(log).not.toContain('hunter2');
});

test('parameters are handed over in the environment, where no list of processes shows them', async () => {
  const { answer } = await running('echo "$# $TF_VAR_licence $TF_INPUT"', {
    isAnswer: true,
    variables: { licence: 'hush' },
  });
  expect(answer).toBe('2 hush 0\n');
});

test('a machine without terraform is told what to install', () =>
  withFolder(async (folder) => {
    const terraform = systemTerraform({ PATH: folder });
    const call = terraform({ args: ['version'], logFile: join(folder, 'x.log'), variables: {} });
    await expect(call).rejects.toMatchObject({ code: 'no-terraform' });
  }));

test('its version is read from its own words', async () => {
  const answer = JSON.stringify({ terraform_version: '1.11.4', platform: 'linux_amd64' });
  const terraform = async () => ({ exitCode: 0, answer, tail: '' });
  expect(await terraformVersion(terraform, 'x.log')).toBe('1.11.4');
});
