// The scripts and units of the monitoring host, judged by the tools that know them, and the scripts really run in a folder.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { monitoringFiles } from '../../stacks/constructs/observability/monitoring-files.ts';
import { firstBoot } from '../../stacks/constructs/observability/monitoring-program.ts';
import type { Tool } from '../../stacks/constructs/observability/monitoring-tools.ts';
import { textOf } from '../../stacks/constructs/terraform-text.ts';
import { production } from '../support/fleets.ts';
import { withFolder } from '../support/folder.ts';

const checkout = join(__dirname, '..', '..');
const hostFolder = join(checkout, 'stacks/constructs/observability/host');
const target = { topicArn: 'arn:aws:sns:us-east-1:1:alerts', location: 'us-east-1' };
const files = Object.fromEntries(
  Object.entries(monitoringFiles(production, target)).map(([path, template]) => [
    path,
    textOf(template) ?? '',
  ]),
);

const isHere = (tool: string) => spawnSync('which', [tool]).status === 0;
function testWith(tool: string) {
  if (isHere(tool)) return test;
  console.warn(`${tool} is missing: what it judges is skipped.`);
  return test.skip;
}

const run = (command: string, args: readonly string[], env: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { status, said: stdout + stderr };
};

testWith('shellcheck')('shellcheck has nothing to say', () => {
  const scripts = ['first-boot.sh', 'renew.sh'].map((name) => join(hostFolder, name));
  // The settings that the stack writes where "# @settings@" stands.
  expect(run('shellcheck', ['--exclude=SC2154', ...scripts])).toEqual({ status: 0, said: '' });
});

testWith('systemd-analyze')('systemd understands the units, and finds them confined', () =>
  withFolder(async (folder) => {
    for (const [path, text] of Object.entries(files)) {
      if (!path.startsWith('units/')) continue;
      const stubbed = text.replaceAll(/\/opt\/monitoring\/\S+/g, '/bin/true');
      writeFileSync(join(folder, path.slice('units/'.length)), stubbed);
    }
    const units = ['prometheus.service', 'alertmanager.service', 'grafana.service'];
    const verified = run('systemd-analyze', ['verify', ...units.map((unit) => join(folder, unit))]);
    expect(verified).toEqual({ status: 0, said: '' });
    const judged = run('systemd-analyze', [
      'security',
      '--offline=true',
      '--threshold=25',
      ...units.map((unit) => join(folder, unit)),
    ]);
    expect(judged.said).not.toContain('UNSAFE');
    expect(judged.status).toBe(0);
  }),
);

interface Machine {
  readonly folder: string;
  readonly boot: (tools: readonly Tool[]) => ReturnType<typeof run>;
  readonly publish: (path: string, text: string) => void;
  readonly commands: () => string;
}

/** The machine's folders are below one of ours; `aws` copies from a folder, and `curl` and `systemctl` say what they were asked. */
const withMachine = (work: (machine: Machine) => void) =>
  withFolder(async (folder) => {
    const at = (path: string) => join(folder, path);
    const write = (path: string, text: string, mode = 0o644) => {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text, { mode });
    };
    const command = (name: string, text: string) =>
      write(`bin/${name}`, `#!/bin/bash\n${text}`, 0o755);
    command(
      'aws',
      `case $2 in cp) from=$4 to=$5 ;; *) from=$4 to=$5 ;; esac\nfrom=\${from/s3:\\/\\/bucket/${at('bucket')}}\n` +
        'if [ "$2" = cp ]; then cp "$from" "$to"; else mkdir -p "$to" && cp -r "$from"/. "$to"; fi\n',
    );
    command('curl', `echo "curl \${*: -1}" >>${at('said')}; exit 22\n`);
    command('systemctl', `echo "systemctl $*" >>${at('said')}\n`);
    const moved = (text: string) =>
      text.replaceAll('/opt/', `${at('opt')}/`).replaceAll('/etc/', `${at('etc')}/`);
    for (const [path, text] of Object.entries(files))
      write(`bucket/host/${path}`, path === 'renew.sh' ? moved(text) : text);
    mkdirSync(at('etc/systemd/system'), { recursive: true });
    work({
      folder,
      publish: (path, text) => write(`bucket/${path}`, text),
      commands: () => (existsSync(at('said')) ? readFileSync(at('said'), 'utf8') : ''),
      boot: (tools) => {
        write('boot.sh', moved(textOf(firstBoot('bucket', tools)) ?? ''));
        return run('bash', [at('boot.sh')], { PATH: `${at('bin')}:${process.env['PATH']}` });
      },
    });
  });

/** Archives with stand-ins for the programs: promtool is the real one, amtool agrees to everything. */
function archives({ folder, publish }: Machine): readonly Tool[] {
  const promtool = spawnSync('which', ['promtool'], { encoding: 'utf8' }).stdout.trim();
  const contents = {
    prometheus: ['promtool', `#!/bin/bash\nexec ${promtool} "$@"\n`],
    alertmanager: ['amtool', '#!/bin/bash\nexit 0\n'],
    grafana: ['grafana', '#!/bin/bash\nexit 0\n'],
  } as const;
  return (['prometheus', 'alertmanager', 'grafana'] as const).map((name) => {
    const [program, text] = contents[name];
    const made = join(folder, 'made', name);
    mkdirSync(made, { recursive: true });
    writeFileSync(join(made, program), text, { mode: 0o755 });
    const archive = `${name}.tar.gz`;
    publish(`tools/${archive}`, '');
    const file = join(folder, 'bucket/tools', archive);
    spawnSync('tar', ['-czf', file, '-C', join(folder, 'made'), name]);
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    return { name, archive, sha256, url: `https://makers.example/${archive}` };
  });
}

testWith('promtool')('a first boot ends with three programs that run what the bucket says', () =>
  withMachine((machine) => {
    machine.publish('host/tls/key.pem', 'the key of the monitor');
    const { status, said } = machine.boot(archives(machine));
    expect({ status, said }).toMatchObject({ status: 0 });
    // With which Prometheus asks the vantages: for root, and through systemd for Prometheus.
    const key = statSync(join(machine.folder, 'etc/monitoring/tls/key.pem'));
    expect(key.mode & 0o777).toBe(0o600);
    expect(machine.commands()).toContain('systemctl restart prometheus alertmanager grafana');
    expect(machine.commands()).not.toContain('curl');
    const placed = ['etc/monitoring/prometheus.yml', 'etc/systemd/system/grafana.service'];
    for (const path of placed) expect(existsSync(join(machine.folder, path))).toBe(true);
    // Again without anything new: nothing is restarted.
    const before = machine.commands();
    expect(
      run('bash', [join(machine.folder, 'opt/monitoring/host/renew.sh'), 'bucket'], {
        PATH: `${join(machine.folder, 'bin')}:${process.env['PATH']}`,
      }).status,
    ).toBe(0);
    expect(machine.commands()).toBe(before);
  }),
);

testWith('promtool')('an archive that is not what it should be is not unpacked', () =>
  withMachine((machine) => {
    const wrong = archives(machine).map((tool) => ({ ...tool, sha256: '0'.repeat(64) }));
    const { status, said } = machine.boot(wrong);
    expect(status).toBe(1);
    expect(said).toContain('is not what its makers published');
    expect(existsSync(join(machine.folder, 'opt/monitoring/prometheus'))).toBe(false);
  }),
);

testWith('promtool')('what the bucket does not have is asked of its makers, over TLS', () =>
  withMachine((machine) => {
    const unpublished = archives(machine).map((tool) => ({ ...tool, archive: 'other.tar.gz' }));
    expect(machine.boot(unpublished).status).not.toBe(0);
    expect(machine.commands()).toContain('curl https://makers.example/prometheus.tar.gz');
  }),
);

testWith('promtool')('rules that Prometheus refuses do not replace those that work', () =>
  withMachine((machine) => {
    expect(machine.boot(archives(machine)).status).toBe(0);
    const rules = join(machine.folder, 'etc/monitoring/rules.yml');
    const before = readFileSync(rules, 'utf8');
    machine.publish('host/rules.yml', before.replace('failover_fail_static', 'max('));
    const renewal = run('bash', [join(machine.folder, 'opt/monitoring/host/renew.sh'), 'bucket'], {
      PATH: `${join(machine.folder, 'bin')}:${process.env['PATH']}`,
    });
    expect(renewal.status).not.toBe(0);
    expect(readFileSync(rules, 'utf8')).toBe(before);
  }),
);
