// What a machine tells its autoscaling group at each boot: the script really runs, with a cloud made of three small programs.
import { TerraformOutput, TerraformStack, Testing } from 'cdktf';
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchReport, withLaunchReport } from '../../../../stacks/constructs/aws/launch-report.ts';
import { userData } from '../../../../stacks/constructs/instance-program.ts';
import { withFolder } from '../../../support/folder.ts';
import { testingApp } from '../../../support/synthesized.ts';
import { program, userDataScript } from '../../../support/user-data.ts';

interface Machine {
  /** How often the service is asked in vain before it is ready. */
  readonly unreadyAnswers: number;
  /** How often the autoscaling group does not take the report. */
  readonly refusals: number;
}

const counted = (times: number) =>
  `n=$(cat "$0.count" 2>/dev/null || echo 0); echo $((n + 1)) >"$0.count"; ((n >= ${times}))`;

/** Waits cost no time here, but let as much of it pass for the script as they should. */
const quickened = (script: string) =>
  script.replaceAll(/^( *)sleep (.+)$/gm, '$1SECONDS=$((SECONDS + $2))');

const programs = ({ unreadyAnswers, refusals }: Machine) => ({
  curl: `case "\${!#}" in
  https://127.0.0.1:8443/readyz) ${counted(unreadyAnswers)} ;;
  */api/token) echo token ;;
  */meta-data/instance-id) echo i-0123456789abcdef0 ;;
  */meta-data/placement/region) echo eu-west-3 ;;
  *) exit 6 ;;
  esac`,
  aws: `echo "$*" >>"$0.said"; ${counted(refusals)}`,
  'systemd-run': 'echo "$*" >"$0.said"',
});

const boot = (machine: Machine, ...args: readonly string[]) =>
  withFolder(async (folder) => {
    for (const [name, text] of Object.entries(programs(machine))) {
      writeFileSync(join(folder, name), `#!/bin/bash\n${text}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const script = join(folder, 'report');
    writeFileSync(script, quickened(launchReport('ek-qa-aws-paris')));
    const { status } = spawnSync('bash', [script, ...args], {
      env: { PATH: `${folder}:${process.env['PATH']}` },
    });
    const said = (name: string) => {
      const file = join(folder, `${name}.said`);
      return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    };
    return { status, reports: said('aws'), started: said('systemd-run'), script };
  });

const reportOf = (result: string) =>
  [
    'autoscaling complete-lifecycle-action --region eu-west-3 --instance-id i-0123456789abcdef0',
    `--auto-scaling-group-name ek-qa-aws-paris --lifecycle-hook-name launch --lifecycle-action-result ${result}`,
  ].join(' ');

test('a machine that becomes ready is used', async () =>
  expect(await boot({ unreadyAnswers: 20, refusals: 0 }, 'watch')).toMatchObject({
    status: 0,
    reports: [reportOf('CONTINUE')],
  }));

test('a machine that does not become ready in time is replaced', async () =>
  expect(await boot({ unreadyAnswers: 1_000, refusals: 0 }, 'watch')).toMatchObject({
    status: 0,
    reports: [reportOf('ABANDON')],
  }));

test('a report that is not taken is repeated, but not for ever', async () => {
  expect((await boot({ unreadyAnswers: 0, refusals: 2 }, 'watch')).reports).toHaveLength(3);
  expect(await boot({ unreadyAnswers: 0, refusals: 100 }, 'watch')).toMatchObject({
    status: 1,
    reports: Array.from({ length: 4 }, () => reportOf('CONTINUE')),
  });
});

test('the boot goes on meanwhile: it is a unit of its own that waits', async () => {
  const { status, reports, started, script } = await boot({ unreadyAnswers: 0, refusals: 0 });
  expect({ status, reports }).toEqual({ status: 0, reports: [] });
  expect(started).toEqual([`--quiet --collect --unit=evenkeel-launch-report ${script} watch`]);
});

test('user data carries both programs as they are, within what AWS takes', () => {
  const stack = new TerraformStack(testingApp(), 'machine');
  const value = withLaunchReport(userData(program), 'ek-qa-aws-paris');
  const { friendlyUniqueId } = new TerraformOutput(stack, 'user-data', { value });
  const { output } = JSON.parse(Testing.synth(stack)) as {
    readonly output: Readonly<Record<string, { readonly value: string }>>;
  };
  const text = output[friendlyUniqueId]!.value.replaceAll(/([$%])\1\{/g, '$1{');
  const [headers, first, second, end] = text.split('--evenkeel-user-data');
  expect(headers).toMatch(/^MIME-Version: 1\.0\nContent-Type: multipart\/mixed; boundary=/);
  expect(bodyOf(first)).toEqual(['text/x-shellscript', userDataScript()]);
  expect(bodyOf(second)).toEqual(['text/x-shellscript-per-boot', launchReport('ek-qa-aws-paris')]);
  expect(end).toBe('--\n');
  expect(Buffer.byteLength(text)).toBeLessThan(14 * 1_024);
});

function bodyOf(part: string | undefined): readonly string[] {
  const [, type = '', body = ''] =
    /^\nContent-Type: ([^;]+); charset="utf-8"\n\n([\s\S]*)\n$/.exec(part ?? '') ?? [];
  return [type, body];
}
