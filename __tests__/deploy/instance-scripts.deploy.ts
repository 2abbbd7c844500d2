// The machine's scripts, units and images as the programs judge them that know them best; each is skipped where it is missing.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Fn, TerraformOutput, TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { userData } from '../../stacks/constructs/instance-program.ts';
import { withFolder } from '../support/folder.ts';
import { testingApp } from '../support/synthesized.ts';
import { program, userDataScript } from '../support/user-data.ts';

const instance = join(__dirname, '../../release/instance');
const scripts = [
  'first-boot.sh',
  'evenkeel-release',
  'start',
  'install-units',
  'certificate',
  'identity',
];

const onMachine = (script: string) => `release/instance/${script}`;

/** Runs where `tool` is installed; says so where it is not. */
function testWith(tool: string, name: string, work: () => Promise<void> | void): void {
  const isThere = spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
  if (!isThere) console.warn(`${tool} is not installed, so this is skipped: ${name}.`);
  (isThere ? test : test.skip)(name, work, 120_000);
}

testWith(
  'shellcheck',
  'shellcheck finds nothing in the scripts, nor in the user data made of them',
  async () => {
    const files = scripts.map((name) => join(instance, name));
    const checked = (paths: readonly string[]) =>
      spawnSync('shellcheck', ['-x', ...paths], { encoding: 'utf8' }).stdout;
    expect(checked(files)).toBe('');
    await withFolder(async (folder) => {
      const script = join(folder, 'user-data.sh');
      writeFileSync(script, userDataScript({ files: { '/etc/evenkeel/f.json': '{}' } }));
      expect(checked([script])).toBe('');
    });
  },
);

testWith('systemd-analyze', 'systemd accepts the units of both roles', async () => {
  for (const role of ['inference', 'controller'])
    await withFolder(async (folder) => {
      const units = join(folder, 'etc/systemd/system');
      cpSync(join(instance, 'units'), units, { recursive: true });
      mkdirSync(join(units, 'evenkeel.service.d'));
      cpSync(join(units, `${role}.conf`), join(units, 'evenkeel.service.d/role.conf'));
      // systemd looks whether what a unit starts is there.
      for (const path of ['bin/node', ...['start', 'certificate', 'identity'].map(onMachine)]) {
        const file = join(folder, 'opt/evenkeel/current', path);
        mkdirSync(join(file, '..'), { recursive: true });
        writeFileSync(file, '', { mode: 0o755 });
      }
      const names = readdirSync(units).filter((name) => /\.(service|timer)$/.test(name));
      const { status, stderr } = spawnSync(
        'systemd-analyze',
        [
          'verify',
          `--root=${folder}`,
          '--recursive-errors=no',
          ...names.map((n) => `/etc/systemd/system/${n}`),
        ],
        { encoding: 'utf8' },
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    });
});

testWith('hadolint', 'hadolint finds nothing in the images', () => {
  const { stdout } = spawnSync('hadolint', [join(instance, '../images/Dockerfile')], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
});

testWith(
  'terraform',
  'Terraform fills references in and gives the script back as it was, plain and as base64',
  async () => {
    const stack = new TerraformStack(testingApp(), 'machine');
    const value = new TerraformVariable(stack, 'v', { type: 'string' }).stringValue;
    const script = userData({
      ...program,
      settings: { PLAIN: '$${HOME}', MIXED: `<${value}>` },
      files: { '/etc/evenkeel/f.json': JSON.stringify({ value }) },
    });
    const outputs = [script, Fn.base64encode(script)].map(
      (text, i) => new TerraformOutput(stack, `o${i}`, { value: text }).friendlyUniqueId,
    );
    const hostile = `q"u\\o$te\`s \${x} %{y} 'é'`;
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'main.tf.json'), Testing.synth(stack));
      const run = (...args: string[]) =>
        execFileSync('terraform', [`-chdir=${folder}`, ...args], {
          encoding: 'utf8',
          stdio: 'pipe',
        });
      run('init', '-backend=false');
      run('apply', '-auto-approve', '-var', `v=${hostile}`);
      const [plain = '', encoded = ''] = outputs.map((name) => run('output', '-raw', name));
      expect(Buffer.from(encoded, 'base64').toString()).toBe(plain);
      const said = (pattern: RegExp) =>
        Buffer.from(pattern.exec(plain)?.[1] ?? '', 'base64').toString();
      expect(said(/^setting service\.env PLAIN '(.*)'$/m)).toBe('${HOME}');
      expect(said(/^setting service\.env MIXED '(.*)'$/m)).toBe(`<${hostile}>`);
      expect(said(/^file \S+ '(.*)'$/m)).toBe(`{"value":"${hostile}"}`);
      const own = readFileSync(join(instance, 'evenkeel-release'), 'utf8');
      expect(plain).toContain(own);
    });
  },
);
