// Drills on a running fleet: through orders alone, stopped by hand, and with the runner dead. Nothing ever stays struck.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDeployment } from '../../failover/deployment-file.ts';
import { fleetFor } from '../../fleet/environments.ts';
import { drillNamed } from '../../local/drills/catalogue.ts';
import { deployedSite } from '../../local/drills/deployed-site.ts';
import { holdDrill } from '../../local/drills/hold-drill.ts';
import type { DrillReport } from '../../local/drills/report.ts';
import { struckRegion } from '../../local/drills/strikes.ts';
import { filePole, flagDirectory } from '../../local/flags.ts';
import { findFleet } from '../../local/fleet-files.ts';
import { begin, run, RunningFleet, until } from '../support/running-fleet.ts';

const startMsMax = 90_000;
const drillMsMax = 170_000;

let fleet: RunningFleet;

beforeAll(async () => {
  fleet = await RunningFleet.start();
  await fleet.peacetime();
}, startMsMax);

afterAll(() => fleet.destroy());

const options = () => ['--yes', '--seeds', '1', '--port', String(fleet.port)];
const struckRegions = async () =>
  (await fleet.view()).regions.filter(({ fault }) => fault !== null).map(({ id }) => id);

/** A drill of another process, past its first blow. */
async function struck(name: string, ...more: readonly string[]) {
  const drill = begin('drill', name, ...options(), ...more);
  let said = '';
  drill.stderr.on('data', (text: Buffer) => (said += text.toString()));
  await until('the region is struck', async () => {
    if (drill.exitCode !== null) throw new Error(`the drill ended: ${said}`);
    return / strikes aws-paris/.test(said) && (await struckRegions()).length > 0;
  });
  return drill;
}

/** The local fleet as if it stood in the clouds: nothing but its API, its flags, its DNS and its HTTPS. */
function asDeployed() {
  const record = findFleet(fleet.port);
  const { flagsUrl: _, ...deployment } = readDeployment(record.deploymentFile);
  return deployedSite({
    fleet: fleetFor('local'),
    deployment,
    vantages: record.urls.vantages,
    operator: record.operator,
    pole: filePole(flagDirectory(record.directory)),
    route53Endpoint: record.urls.route53,
    dnsServer: record.urls.dns,
    ca: readFileSync(record.caFile, 'utf8'),
  });
}

async function heldAsDeployed(name: string): Promise<DrillReport> {
  const site = asDeployed();
  try {
    return await holdDrill({
      site,
      drill: drillNamed(name),
      struck: struckRegion(site.fleet, undefined),
      seeds: [1],
      signal: new AbortController().signal,
      say: () => undefined,
      consent: async () => undefined,
    });
  } finally {
    await site.close();
  }
}

test(
  'a fleet that only takes orders is drained and given back by the same drill',
  async () => {
    const report = await heldAsDeployed('operator-drain');
    expect(report.judgements.filter(({ passed }) => !passed)).toEqual([]);
    expect(report).toMatchObject({ outcome: 'passed', site: 'the deployed fleet of local' });
  },
  drillMsMax,
);

test(
  'what needs hands on machines is refused there, with what to do instead',
  async () => {
    await expect(heldAsDeployed('grey-failure')).rejects.toMatchObject({
      code: 'not-possible-here',
    });
  },
  startMsMax,
);

test(
  'Ctrl-C in the middle of a drill restores at once, proves it, and says that it was stopped',
  async () => {
    await fleet.peacetime();
    const out = join(fleet.ready.directory, 'stopped');
    const drill = await struck('multi-region-isolation', '--out', out);
    const refused = await run('drill', 'operator-drain', ...options());
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/is on/)]);
    drill.kill('SIGINT');
    const [code] = (await once(drill, 'exit')) as [number];
    expect(code).toBe(1);
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as DrillReport;
    expect(report).toMatchObject({ outcome: 'stopped', stoppedBecause: 'stopped by hand' });
    expect(report.rollback.differences).toEqual([]);
    expect(report.rollback.recordsAfter).toBe(report.rollback.recordsBefore);
    expect(await struckRegions()).toEqual([]);
  },
  drillMsMax,
);

test(
  'when the runner is killed the supervisor ends the fault, long before its time',
  async () => {
    await fleet.peacetime();
    const drill = await struck('grey-failure');
    const killedAtMs = performance.now();
    drill.kill('SIGKILL');
    await until('nothing is struck', async () => (await struckRegions()).length === 0);
    // The fault itself would have lasted for 75 s; the lease of a drill that nobody watches is 15 s.
    expect(performance.now() - killedAtMs).toBeLessThan(45_000);
  },
  drillMsMax,
);
