// Whole runs of the deploy tool over a small fleet, with a terraform in memory.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Surroundings } from '../../deploy/carry-out.ts';
import {
  built,
  deploySite,
  fakeStacks,
  onSite,
  releaseFile,
  runOn as run,
} from '../support/deploy-site.ts';

test('stacks are applied in the order of the manifest, and late values bring a second pass', () =>
  onSite(async (site, folder) => {
    expect(await run(site, { releaseFile: releaseFile(folder, '1.0.0') })).toBe('done');
    expect(site.terraform.done).toEqual([
      'apply state',
      'apply zone',
      'apply aws-paris',
      'apply gcp-belgium',
      'apply azure-frankfurt',
      'apply dns',
      'apply vantage-dublin',
      'apply peers',
      'apply vantage-dublin',
    ]);
    expect(site.said).toContain('Pass 2, with values that came late: vantage-dublin');
  }));

test('outputs are recorded and handed on as variables', () =>
  onSite(async (site, folder) => {
    await built(site, folder);
    expect(site.record().stacks['zone']).toEqual({
      outputs: { hosted_zone_id: 'Z1', name_servers: ['ns1.example.net', 'ns2.example.net'] },
    });
    expect(site.given('dns')).toEqual({
      zone_hosted_zone_id: 'Z1',
      aws_paris_addresses: ['192.0.2.10', '192.0.2.11', '192.0.2.12'],
      gcp_belgium_addresses: ['192.0.2.20', '192.0.2.21'],
      azure_frankfurt_addresses: ['192.0.2.30', '192.0.2.31'],
    });
  }));

test('a controller is told what was really built', () =>
  onSite(async (site, folder) => {
    await built(site, folder);
    const { failover } = site.given('vantage-dublin');
    expect(JSON.parse(failover as string)).toMatchObject({
      hostedZoneId: 'Z1',
      addresses: { 'gcp-belgium': ['192.0.2.20', '192.0.2.21'] },
      healthCheckIds: { 'aws-paris': 'check-aws-paris' },
      nameServers: ['ns1.example.net:53', 'ns2.example.net:53'],
      golden: { model: 'chest' },
    });
  }));

test('deploying again applies nothing', () =>
  onSite(async (site, folder) => {
    await built(site, folder);
    const before = site.record();
    await run(site, {});
    expect(site.terraform.done).toEqual([]);
    expect(site.record()).toEqual(before);
  }));

test('a new release reaches the stacks with machines only, and names what it replaces', () =>
  onSite(async (site, folder) => {
    await built(site, folder);
    await run(site, { releaseFile: releaseFile(folder, '1.1.0', 'c') });
    expect(site.terraform.done).toEqual(['apply aws-paris']);
    expect(site.given('aws-paris')).toEqual({
      release_version: '1.1.0',
      previous_version: '1.0.0',
    });
    expect(site.record()).toMatchObject({
      release: { version: '1.1.0' },
      previous: { version: '1.0.0' },
    });
  }));

test('a release that was only planned is not recorded', () =>
  onSite(async (site, folder) => {
    await built(site, folder);
    await run(site, { verb: 'plan', releaseFile: releaseFile(folder, '1.1.0', 'c') });
    expect(site.terraform.done).toEqual([]);
    expect(site.record().release?.version).toBe('1.0.0');
  }));

test('DNS applies alone, from recorded outputs, with every region dead', () =>
  onSite(async (site, folder) => {
    await built(site, folder);
    for (const region of ['aws-paris', 'gcp-belgium', 'azure-frankfurt'])
      for (const verb of ['init', 'plan', 'output'])
        site.terraform.failures.set(`${verb} ${region}`, 'dial tcp: i/o timeout');
    site.terraform.built.set('dns', 'as somebody left it');
    await run(site, { stacks: ['dns'] });
    expect(site.terraform.done).toEqual(['apply dns']);
  }));

test('stacks that were not chosen but whose values have changed are named', () =>
  onSite(async (site, folder) => {
    await built(site, folder);
    const moved = { ...fakeStacks, zone: { outputs: () => ({ hosted_zone_id: 'Z2' }) } };
    const later = deploySite(folder, moved);
    await run(later, { stacks: ['zone'] });
    expect(later.said.join('\n')).toContain('To apply as well, because of what changed: dns');
  }));

test('stacks of other clouds are left out with a word', () =>
  onSite(async (site, folder) => {
    await expect(
      run(site, { clouds: ['aws'], releaseFile: releaseFile(folder, '1.0.0') }),
    ).rejects.toMatchObject({ code: 'missing-handoff' });
    expect(site.said).toContain('gcp-belgium: left out, as gcp is');
    expect(site.terraform.done).not.toContain('apply gcp-belgium');
  }));

test('a value that does not exist yet names the stack to apply first', () =>
  onSite(async (site) => {
    await run(site, { stacks: ['state', 'zone'] });
    const refusal = run(site, { stacks: ['dns'] });
    await expect(refusal).rejects.toMatchObject({ code: 'missing-handoff' });
    await expect(refusal).rejects.toThrow(
      /dns needs the output "addresses" of aws-paris.*--env production --stack aws-paris/,
    );
  }));

test('nothing is built before there is a place for its state', () =>
  onSite(async (site) => {
    await expect(run(site, { stacks: ['zone'] })).rejects.toThrow(/Apply state first/);
  }));

test('a plan of a new environment plans what it can and says what must come first', () =>
  onSite(async (site) => {
    expect(await run(site, { verb: 'plan' })).toBe('done');
    expect(site.said[0]).toBe('state: 1 to create, 0 to change, 0 to replace, 0 to destroy');
    expect(site.said[1]).toMatch(/^zone: cannot be planned yet\. .*Apply state first/);
    expect(site.terraform.done).toEqual([]);
  }));

test('machines without a release are refused before anything is built, with the way to make one', () =>
  onSite(async (site) => {
    await expect(run(site, {})).rejects.toMatchObject({
      code: 'missing-parameter',
      message: expect.stringContaining('npm run package'),
    });
    expect(site.terraform.done).toEqual([]);
  }));

test('a parameter that only the deployer knows reaches Terraform by environment, not by file', () =>
  onSite(async (site, folder) => {
    await built(site, folder);
    await run(site, { variables: { licence: 'hush' } }, { env: {} });
    expect(site.given('vantage-dublin')).not.toHaveProperty('licence');
    expect(site.terraform.calls.at(-1)?.variables).toEqual({ licence: 'hush' });
    await expect(run(site, {}, { env: {} })).rejects.toThrow(/--var licence=VALUE/);
  }));

test('a misspelt parameter is refused', () =>
  onSite(async (site) => {
    await expect(run(site, { variables: { licens: 'x' } })).rejects.toMatchObject({
      code: 'unknown-parameter',
    });
  }));

test('an unknown stack is refused with the names there are', () =>
  onSite(async (site) => {
    await expect(run(site, { stacks: ['paris'] })).rejects.toThrow(/"paris".*aws-paris/);
  }));

test('each change is asked about, and a no stops before it', () =>
  onSite(async (site, folder) => {
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      return questions.length < 3;
    };
    const request = { isAgreed: false, releaseFile: releaseFile(folder, '1.0.0') };
    expect(await run(site, request, { ask })).toBe('declined');
    expect(questions).toEqual([
      'Apply this: state of production?',
      'Apply this: zone of production?',
      'Apply this: aws-paris of production?',
    ]);
    expect(site.terraform.done).toEqual(['apply state', 'apply zone']);
  }));

test('where nobody can be asked, nothing is begun', () =>
  onSite(async (site) => {
    await expect(run(site, { isAgreed: false })).rejects.toMatchObject({ code: 'nobody-to-ask' });
    expect(site.terraform.calls).toEqual([]);
  }));

test('a zone that nobody can hold is refused for a real cloud, and built on an emulator', () =>
  onSite(async (site) => {
    const manifest = { ...site.surroundings.manifest, zone: 'evenkeel.example' };
    await expect(run(site, { stacks: ['state'] }, { manifest })).rejects.toMatchObject({
      code: 'reserved-zone',
    });
    const far = { manifest, env: { AWS_ENDPOINT_URL: 'https://aws.example.net' } };
    await expect(run(site, { stacks: ['state'] }, far)).rejects.toMatchObject({
      code: 'reserved-zone',
    });
    const near = { manifest, env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:5000' } };
    expect(await run(site, { stacks: ['state'] }, near)).toBe('done');
  }));

test('an old terraform is refused before anything is planned', () =>
  onSite(async (site) => {
    site.terraform.version = '1.9.8';
    await expect(run(site, {})).rejects.toMatchObject({ code: 'old-terraform' });
    expect(site.terraform.calls).toHaveLength(1);
  }));

test('when Terraform fails its last words are shown, and the record knows what may exist', () =>
  onSite(async (site) => {
    await run(site, { stacks: ['state'] });
    site.terraform.failures.set('apply zone', 'Error: HostedZoneAlreadyExists');
    await expect(run(site, { stacks: ['zone'] })).rejects.toThrow(
      /apply of zone failed:\nError: HostedZoneAlreadyExists\n.*logs\/zone\.log/,
    );
    expect(site.record().stacks['zone']).toEqual({ outputs: {}, isUnfinished: true });
    await run(site, { stacks: ['zone'] });
    expect(site.record().stacks['zone']).not.toHaveProperty('isUnfinished');
  }));

test('a plan is never applied when it would lose protected data', () =>
  onSite(async (site, folder) => {
    await built(site, folder);
    const buckets = { ...fakeStacks, 'aws-paris': fakeStacks['state']! };
    const later = deploySite(folder, buckets);
    const terraform: Surroundings['terraform'] = async (call) => {
      const result = await later.terraform.run(call);
      return { ...result, answer: result.answer.replace('"create"', '"delete","create"') };
    };
    await expect(run(later, { stacks: ['aws-paris'] }, { terraform })).rejects.toMatchObject({
      code: 'protected-data',
    });
    expect(later.terraform.done).toEqual([]);
  }));

test('a stack with a secret output is not applied', () =>
  onSite(async (site) => {
    const planned_values = { outputs: { token: { sensitive: true } } };
    const terraform: Surroundings['terraform'] = async (call) => {
      const result = await site.terraform.run(call);
      if (call.args[1] !== 'show') return result;
      return {
        ...result,
        answer: JSON.stringify({ ...JSON.parse(result.answer), planned_values }),
      };
    };
    await expect(run(site, { stacks: ['state'] }, { terraform })).rejects.toMatchObject({
      code: 'sensitive-output',
    });
    expect(site.terraform.done).toEqual([]);
  }));

test('two stacks that chase each other are a bug, and end', () => {
  let turn = 0;
  const restless = {
    ...fakeStacks,
    peers: { outputs: () => ({ addresses: [`192.0.2.${100 + (turn += 1)}`] }) },
    'vantage-dublin': { outputs: () => ({ address: `192.0.2.${150 + turn}` }) },
  };
  return onSite(async (site, folder) => {
    const request = { releaseFile: releaseFile(folder, '1.0.0') };
    await expect(run(site, request)).rejects.toThrow(/chase each other/);
  }, restless);
});

test('a record that cannot be read stops everything: it is what other stacks are built from', () =>
  onSite(async (site, folder) => {
    await built(site, folder);
    writeFileSync(join(folder, 'deployments', 'production.json'), '{');
    await expect(run(site, {})).rejects.toMatchObject({ code: 'unreadable-record' });
    rmSync(join(folder, 'deployments'), { recursive: true });
  }));
