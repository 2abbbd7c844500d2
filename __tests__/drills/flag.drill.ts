// The data plane alone: every controller dead, nobody at the DNS API, and a person raises a flag.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askControl } from '../../local/control.ts';
import type { FleetRecord } from '../../local/fleet-files.ts';
import { run, RunningFleet, until } from '../support/running-fleet.ts';

const startMsMax = 90_000;
/** Three checks of ten seconds, twice, and time to come back. */
const flagMsMax = 170_000;
const drill = 'flag test';

let fleet: RunningFleet;
let record: FleetRecord;
let watching: NodeJS.Timeout;

beforeAll(async () => {
  fleet = await RunningFleet.start();
  record = JSON.parse(readFileSync(join(fleet.ready.directory, 'fleet.json'), 'utf8'));
  await fleet.peacetime();
}, startMsMax);

afterAll(async () => {
  clearInterval(watching);
  await fleet.destroy();
});

const flag = (...args: string[]) => run('flag', ...args, '--port', String(fleet.port));

async function answers(name: string): Promise<readonly string[]> {
  const resolver = new Resolver();
  resolver.setServers([record.urls.dns]);
  return (await resolver.resolve4(name)).sort();
}

/** Whether any of so many answers has the region's own address; Paris stands in for nobody. */
async function isParisAnswered(): Promise<boolean> {
  const { hostname } = new URL(record.urls.regions['aws-paris'] ?? '');
  const seen = await Promise.all(Array.from({ length: 60 }, () => answers(`api.${record.zone}`)));
  return seen.flat().includes(hostname);
}

async function term(): Promise<string> {
  const resolver = new Resolver();
  resolver.setServers([record.urls.dns]);
  return (await resolver.resolveTxt(`_term.api.${record.zone}`)).flat().join();
}

test(
  'the answers leave the region, and come back when the flag is lowered; the zone was not touched',
  async () => {
    const { vantages } = record.urls;
    for (const target of Object.keys(vantages))
      await askControl(record, 'POST', '/faults', { drill, target, fault: 'kill', forMs: 600_000 });
    watching = setInterval(() => {
      askControl(record, 'POST', '/lease', { drill }).catch(() => undefined);
    }, 3_000);
    const before = await term();
    expect(await isParisAnswered()).toBe(true);
    expect(
      (await run('drain', 'aws-paris', '--reason', 'x', '--port', String(fleet.port))).err,
    ).toMatch(/No vantage answers.*evenkeel flag raise/);

    const raised = await flag('raise', 'aws-paris', '--reason', 'the vantages are gone');
    expect(raised).toMatchObject({ code: 0, err: '' });
    expect(raised.out).toMatch(/The flag of aws-paris is raised/);
    await until('the answers have left', async () => !(await isParisAnswered()));

    expect((await flag('raise', 'aws-paris', '--reason', 'again')).out).toMatch(
      /was raised already: .* by .*: the vantages are gone/,
    );
    expect((await flag('list')).out).toMatch(/gcp-belgium +lowered/);
    expect((await flag('lower', 'aws-paris')).out).toMatch(/The flag of aws-paris is lowered/);
    await until('the answers are back', isParisAnswered);
    expect((await flag('lower', 'aws-paris')).out).toMatch(/nothing was done/);
    expect(await term()).toBe(before);
  },
  flagMsMax,
);

test(
  'controllers that live do not fight a flag: they leave the region with the data plane, and say so',
  async () => {
    clearInterval(watching);
    await askControl(record, 'DELETE', '/faults');
    await fleet.peacetime();
    await flag('raise', 'aws-paris', '--reason', 'patching by flag');
    await until('the controllers have left it', async () => {
      const paris = (await fleet.view()).regions.find(({ id }) => id === 'aws-paris');
      return paris?.weight.zone === 0;
    });
    const { out } = await run('status', '--port', String(fleet.port));
    expect(out).toMatch(/flag: aws-paris since .* \(patching by flag, .*\)/);
    const explained = await run('explain', '--port', String(fleet.port));
    expect(explained.out).toMatch(/flags:\n.*raised over aws-paris by .*: patching by flag/);
    await flag('lower', 'aws-paris');
    await fleet.peacetime();
  },
  flagMsMax,
);
