// The user data, units and watchers of a machine, really run by systemd with the real release. Skipped where no machine can be had.
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testAuthority } from '../support/credentials.ts';
import { bootMachine, machineObstacle } from '../support/machine.ts';
import type { Machine } from '../support/machine.ts';
import { damagedRelease, packagedRelease, variantOf } from '../support/releases.ts';
import type { BuiltRelease } from '../support/releases.ts';
import { userDataScript } from '../support/user-data.ts';

const obstacle = machineObstacle();
if (obstacle !== null)
  console.warn(`No machine can be booted here, so its tests are skipped: ${obstacle}.`);
const describeMachine = obstacle === null ? describe : describe.skip;

const root = join(__dirname, '../..');
const hostile = `"'\`$(touch /pwned) \\ $HOME \${PATH} é\n'; end`;
const settings = {
  EVENKEEL_REGION: 'aws-paris',
  // As everywhere in Terraform, a literal ${ is written $${.
  HOSTILE: hostile.replaceAll('${', () => '$${'),
  READY_SECONDS_MAX: '20',
  DRAIN_GROUP: 'ek-inference',
  DRAIN_HOOK: 'ek-drain',
  AWS_ENDPOINT_URL_AUTO_SCALING: 'http://127.0.0.1:8081',
};
const ready = 'curl -sk -o /dev/null -w "%{http_code}" https://127.0.0.1:8443/readyz';
const mainPid = 'systemctl show -p MainPID --value evenkeel';
const running = 'basename "$(readlink /opt/evenkeel/current)"';

describeMachine('a machine', () => {
  let machine: Machine;
  let folder: string;
  let good: BuiltRelease;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-releases-'));
    good = packagedRelease('1.0.0', folder);
    machine = await bootMachine();
    const cloud = join(root, '__tests__/support/cloud-of-a-machine.ts');
    machine.serve(process.execPath, ['--import', 'tsx', cloud, folder]);
    await machine.must('until curl -s -o /dev/null http://127.0.0.1:8082; do sleep 0.2; done');
  }, 300_000);

  afterAll(async () => {
    await machine.end();
    rmSync(folder, { recursive: true });
  });

  const boot = (
    release: Partial<Record<'version' | 'sha256' | 'previousVersion' | 'previousSha256', string>>,
  ) =>
    machine.run(
      userDataScript({
        settings,
        release: { ...good, previousVersion: '', previousSha256: '', ...release },
      }),
    );
  const install = ({ version, sha256 }: BuiltRelease) =>
    machine.run(`evenkeel-release install ${version} ${sha256}`);

  test('boots from nothing to a ready service', async () => {
    const { code, stderr } = await boot({});
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('runs 1.0.0') });
    expect(await machine.must(ready)).toBe('200');
    expect(
      await machine.must('systemctl is-enabled evenkeel evenkeel-drain evenkeel-certificate.timer'),
    ).toBe('enabled\nenabled\nenabled');
  }, 120_000);

  test('changes nothing when its user data runs again, as on Google Cloud at each start', async () => {
    const before = await machine.must(mainPid);
    expect((await boot({})).code).toBe(0);
    expect(await machine.must(mainPid)).toBe(before);
  }, 60_000);

  test('hands settings to the service exactly as the stack wrote them', async () => {
    const environment = await machine.must(`tr '\\0' '\\1' </proc/$(${mainPid})/environ`);
    expect(environment.split('\u0001')).toContain(`HOSTILE=${hostile}`);
    expect(environment.split('\u0001')).toContain('EVENKEEL_VERSION=1.0.0');
    expect((await machine.run('test -e /pwned')).code).toBe(1);
  });

  test('runs the service with no privilege, in a sandbox systemd calls tight', async () => {
    const status = await machine.must(`cat /proc/$(${mainPid})/status`);
    expect(status).toMatch(/^CapBnd:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
    expect(status).not.toMatch(/^Uid:\t0\t/m);
    const units = { evenkeel: 15, 'evenkeel-drain': 20, 'evenkeel-certificate': 25 };
    for (const [unit, tenthsMax] of Object.entries(units))
      expect(
        (await machine.run(`systemd-analyze security --threshold=${tenthsMax} ${unit}`)).code,
      ).toBe(0);
  });

  test('keeps the service away from the metadata service, and so from the credentials of the machine', async () => {
    const asked = 'curl -s -m 2 -o /dev/null -X PUT http://169.254.169.254/latest/api/token';
    const group = '/sys/fs/cgroup/system.slice/evenkeel.service/cgroup.procs';
    expect((await machine.run(asked)).code).toBe(0);
    expect((await machine.run(`echo $$ >${group}; ${asked}`)).code).not.toBe(0);
  });

  test('refuses a release with another checksum unopened, and goes on serving', async () => {
    const before = await machine.must(mainPid);
    const published = variantOf(good, folder, '1.1.0');
    const { code, stderr } = await install({ ...published, sha256: 'f'.repeat(64) });
    expect(code).toBe(1);
    expect(stderr).toContain('refused unopened');
    expect(await machine.must(`${running}; ${mainPid}; ${ready}; ls /opt/evenkeel/releases`)).toBe(
      `1.0.0\n${before}\n2001.0.0\n1.0.0.sha256`,
    );
  }, 120_000);

  test('refuses a damaged archive, and goes on serving', async () => {
    const before = await machine.must(mainPid);
    expect((await install(damagedRelease(good, folder, '1.2.0'))).code).toBe(1);
    expect(await machine.must(`${running}; ${mainPid}; ${ready}`)).toBe(`1.0.0\n${before}\n200`);
  }, 120_000);

  test.each([
    ['crashes', 'throw new Error("broken release");'],
    ['hangs', 'setInterval(() => {}, 1_000);'],
  ])(
    'goes back when a release %s instead of becoming ready',
    async (how, program) => {
      const bad = variantOf(good, folder, `2.0.0-${how}`, {
        'services/inference/server.js': program,
      });
      const { code, stderr } = await install(bad);
      expect(code).toBe(1);
      expect(stderr).toContain(`2.0.0-${how} did not become ready`);
      expect(stderr).toContain(`runs 1.0.0: 2.0.0-${how} was refused`);
      expect(await machine.must(`${running}; ${ready}; evenkeel-release status`)).toBe(
        `1.0.0\n200runs 1.0.0: 2.0.0-${how} was refused`,
      );
      expect(await machine.must('ls /opt/evenkeel/releases')).toBe('1.0.0\n1.0.0.sha256');
    },
    180_000,
  );

  test('takes a good release, keeps the one before, and goes back to it by hand', async () => {
    const next = variantOf(good, folder, '1.1.0');
    expect((await install(next)).code).toBe(0);
    expect(await machine.must(`${running}; ${ready}`)).toBe('1.1.0\n200');
    await machine.must('evenkeel-release rollback');
    expect(await machine.must(`${running}; ${ready}`)).toBe('1.0.0\n200');
  }, 180_000);

  test('first boot with a damaged release serves the previous one, and says so by its exit code', async () => {
    await machine.must('systemctl stop evenkeel; rm -rf /opt/evenkeel');
    const previous = { previousVersion: good.version, previousSha256: good.sha256 };
    const damaged = damagedRelease(good, folder, '1.2.0');
    const { code, stderr } = await boot({ ...damaged, ...previous });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('runs 1.0.0: 1.2.0 was refused'),
    });
    expect(await machine.must(`${running}; ${ready}`)).toBe('1.0.0\n200');
  }, 120_000);

  test.each([
    ['Google Cloud', 'gs://releases', 'gcs'],
    ['Azure', 'https://releases.blob.core.windows.net/releases', 'azure'],
  ])(
    'fetches from %s with the identity of the machine',
    async (_, url, door) => {
      // The one thing replaced: the public host names, by a storage on loopback that insists on the same credentials.
      const hosts =
        's#https://\\(storage.googleapis.com\\|[a-z]*.blob.core.windows.net\\)#http://127.0.0.1:8080/';
      await machine.must(`mkdir -p /stub && cat >/stub/curl <<'EOS'
#!/bin/bash
for argument; do set -- "$@" "$(sed '${hosts}${door}#' <<<"$argument")"; shift; done
exec /usr/bin/curl "$@"
EOS
chmod +x /stub/curl
sed -i 's#^RELEASES_URL=.*#RELEASES_URL="${url}"#' /etc/evenkeel/machine.env`);
      const { stderr } = await machine.run(
        `PATH=/stub:$PATH evenkeel-release install 1.1.0 ${'e'.repeat(64)}`,
      );
      expect(stderr).toContain('refused unopened');
      expect(stderr).not.toContain('attempt');
    },
    60_000,
  );

  test('drains at the notice of the autoscaling group: what is under way ends well, then the hook is completed', async () => {
    // The machine has a /tmp of its own, and the checkout may stand in this one's.
    const picture = readFileSync(join(root, 'models/registry/chest-pneumonia/2.0.0/golden-1.png'));
    await machine.must(`base64 -d >/root/film.png <<<'${picture.toString('base64')}'`);
    const upload = machine.run(
      `curl -skv --stderr /tmp/upload.log --limit-rate 40k -F model=chest-pneumonia -F image=@/root/film.png -w '\\n%{http_code}' https://127.0.0.1:8443/v1/studies`,
    );
    await machine.must("until grep -qs '^> POST' /tmp/upload.log; do sleep 0.1; done");
    await machine.must(`curl -sX PUT -d '{"lifecycle":"Terminated"}' http://127.0.0.1:8082`);
    const { stdout } = await upload;
    expect(stdout).toMatch(/"label":"pneumonia"[^]*\n200$/);
    await machine.must('until [ "$(curl -s http://127.0.0.1:8082)" != "[]" ]; do sleep 0.5; done');
    expect(await machine.must('systemctl show -p ActiveState -p Result --value evenkeel')).toBe(
      'success\ninactive',
    );
    const [call] = JSON.parse(await machine.must('curl -s http://127.0.0.1:8082')) as {
      authorization: string;
      body: string;
    }[];
    expect(Object.fromEntries(new URLSearchParams(call?.body))).toMatchObject({
      Action: 'CompleteLifecycleAction',
      AutoScalingGroupName: 'ek-inference',
      LifecycleHookName: 'ek-drain',
      InstanceId: 'i-0123456789abcdef0',
      LifecycleActionResult: 'CONTINUE',
    });
    expect(call?.authorization).toContain('Credential=ASIAMACHINE/');
    expect(call?.authorization).toContain('/eu-west-3/autoscaling/');
  }, 90_000);

  test('as a controller it has its token, its identity, its own units and nothing of the inference service', async () => {
    const authority = await testAuthority(folder, 'evenkeel.example');
    const finland = await authority.issue({ role: 'vantage', name: 'vantage-finland' });
    const jane = await authority.issue({ role: 'operator', name: 'jane' });
    const bundle = [finland.keyFile, finland.certFile, finland.authorityFile];
    writeFileSync(
      join(folder, 'identity.pem'),
      bundle.map((file) => readFileSync(file, 'utf8')).join('\n'),
    );
    const deployment = {
      hostedZoneId: 'Z123',
      addresses: {
        'aws-paris': ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
        'gcp-belgium': ['192.0.2.4', '192.0.2.5'],
        'azure-frankfurt': ['192.0.2.6', '192.0.2.7'],
      },
      healthCheckIds: { 'aws-paris': 'h1', 'gcp-belgium': 'h2', 'azure-frankfurt': 'h3' },
      nameServers: ['127.0.0.1:5353'],
    };
    const { code, stderr } = await machine.run(
      userDataScript({
        cloud: 'gcp',
        role: 'controller',
        release: { ...good, previousVersion: '', previousSha256: '' },
        settings: {
          EVENKEEL_ENV: 'production',
          EVENKEEL_VANTAGE: 'vantage-finland',
          AWS_TOKEN_AUDIENCE: 'sts.amazonaws.com',
          AWS_WEB_IDENTITY_TOKEN_FILE: '/run/evenkeel/aws-token',
        },
        files: { '/etc/evenkeel/failover.json': JSON.stringify(deployment) },
      }),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('runs 1.0.0') });
    expect(await machine.must('stat -c "%a %U" /run/evenkeel/aws-token')).toBe('600 evenkeel');
    expect(await machine.must('cat /run/evenkeel/aws-token')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(
      await machine.must('cd /etc/systemd/system && ls evenkeel*.service evenkeel*.timer'),
    ).toBe(
      [
        'evenkeel-aws-token.service',
        'evenkeel-aws-token.timer',
        'evenkeel-identity.service',
        'evenkeel-identity.timer',
        'evenkeel.service',
      ].join('\n'),
    );
    expect(await machine.must('stat -c "%a %U" /run/evenkeel-identity/key.pem')).toBe(
      '400 evenkeel',
    );
    // The machine has a /tmp of its own.
    for (const [name, file] of Object.entries({ cert: jane.certFile, key: jane.keyFile }))
      await machine.must(`cat >/root/jane.${name} <<'PEM'\n${readFileSync(file, 'utf8')}\nPEM`);
    const asOperator = '--cert /root/jane.cert --key /root/jane.key';
    const status = await machine.must(`curl -sk ${asOperator} https://127.0.0.1:5500/status`);
    expect(status).toContain('vantage-finland');
    expect((await machine.run('curl -sk https://127.0.0.1:5500/status')).code).not.toBe(0);
    const before = await machine.must(mainPid);
    const renewed = await authority.issue({ role: 'vantage', name: 'vantage-finland' });
    writeFileSync(
      join(folder, 'identity.pem'),
      [renewed.keyFile, renewed.certFile, renewed.authorityFile]
        .map((file) => readFileSync(file, 'utf8'))
        .join('\n'),
    );
    await machine.must('systemctl start evenkeel-identity');
    const shown =
      'openssl s_client -connect 127.0.0.1:5500 </dev/null 2>/dev/null | openssl x509 -noout -serial';
    const { serialNumber } = new X509Certificate(readFileSync(renewed.certFile));
    await machine.must(`until [ "$(${shown})" = "serial=${serialNumber}" ]; do sleep 0.5; done`);
    expect(await machine.must(mainPid)).toBe(before);
  }, 120_000);
});
