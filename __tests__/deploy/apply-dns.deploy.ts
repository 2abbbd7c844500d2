// The fleet's names, really applied: state, zone and records by Terraform, rewritten by the real controller, and taken down again.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ListHealthChecksCommand,
  ListHostedZonesCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { route53RecordStore } from '../../failover/adapters/route53-record-store.ts';
import type { Route53RecordStore } from '../../failover/adapters/route53-record-store.ts';
import { Controller } from '../../failover/controller.ts';
import { controllerMetrics } from '../../failover/metrics.ts';
import { OrderDesk } from '../../failover/order-desk.ts';
import { checkedDeployment } from '../../fleet/check-deployment.ts';
import { fleetFor } from '../../fleet/environments.ts';
import { resolvedDeployment } from '../../fleet/failover-plan.ts';
import type { Deployment } from '../../fleet/fleet.ts';
import { peacetimeIntent, planRecords, recordText } from '../../fleet/records.ts';
import { failoverPlan } from '../../stacks/failover-plan.ts';
import { outputsOf } from '../../deploy/deployment-record.ts';
import {
  handClock,
  MemoryJournal,
  MemoryOrderStore,
  ToldCanaries,
  ToldProber,
} from '../support/failover-ports.ts';
import { paris } from '../support/fleets.ts';
import { openEmulatedFleet } from '../support/moto/emulated-fleet.ts';
import type { EmulatedFleet } from '../support/moto/emulated-fleet.ts';
import { unexplainedChanges } from '../support/moto/unexplained-changes.ts';
import { missingTool } from '../support/moto/start-moto.ts';

const fleet = fleetFor('qa');
const dnsStacks = ['state', 'zone', 'dns'];
const stepMsMax = 300_000;

const missing = missingTool();
if (missing !== null) console.warn(`Skipped: ${missing}.`);
const testApplied = missing === null ? test : test.skip;

let emulated: EmulatedFleet;
let deployment: Deployment;
let route53: Route53Client;
let store: Route53RecordStore;

beforeAll(async () => {
  if (missing !== null) return;
  // Every region is as good as dead here: nothing but their recorded outputs is left.
  emulated = await openEmulatedFleet(fleet, ({ name }) => !dnsStacks.includes(name));
  await emulated.run({ stacks: dnsStacks });
  deployment = checkedDeployment(
    fleet,
    resolvedDeployment(fleet, failoverPlan(fleet), outputsOf(emulated.record())),
  );
  const { endpoint } = emulated.moto;
  const credentials = { accessKeyId: 'emulated', secretAccessKey: 'emulated' };
  route53 = new Route53Client({ region: 'us-east-1', endpoint, credentials });
  store = route53RecordStore({ fleet, hostedZoneId: deployment.hostedZoneId, endpoint });
}, stepMsMax);

afterAll(async () => {
  if (missing !== null) return;
  store?.close();
  route53?.destroy();
  await emulated?.close();
});

const texts = async () => (await store.read()).map(recordText).sort();

/** A controller of one vantage on the emulated zone: everyone sees Paris as `letters` say, in the order of the regions. */
async function controllerAt(vantage: number, journal: MemoryJournal) {
  const clock = handClock();
  const prober = new ToldProber(clock);
  const { id } = fleet.vantages[vantage]!;
  let letters = 'uuu';
  const controller = new Controller({
    fleet,
    deployment,
    vantage: id,
    desk: await OrderDesk.open({
      fleet,
      clock,
      store: new MemoryOrderStore(),
      newId: () => 'none',
    }),
    metrics: controllerMetrics(id),
    store,
    prober,
    canaries: new ToldCanaries(fleet),
    // The servers say nothing new here, so each controller knows only what it read itself.
    dns: { observe: () => Promise.resolve([]) },
    flags: null,
    peers: {
      pull: () =>
        Promise.resolve(
          fleet.vantages
            .filter((other) => other.id !== id)
            .map((other) => ({
              askedAtMs: clock.now,
              report: {
                vantage: other.id,
                ageMs: 0,
                orders: [],
                opinions: Object.fromEntries(
                  fleet.regions.map((r, i) => [r.id, letters[i] === 'u' ? 'up' : 'down'] as const),
                ),
              },
            })),
        ),
    },
    journal,
    clock,
    random: () => 1,
  });
  const beats = async (count: number) => {
    for (let i = 0; i < count; i += 1) {
      clock.now += 1_000;
      await controller.tick();
      await controller.idle();
    }
  };
  return {
    beats,
    loseParis: () => {
      prober.dead.add(paris);
      letters = 'duu';
    },
  };
}

testApplied('the zone holds exactly the records that the controllers would plan', async () => {
  const plan = planRecords(fleet, deployment, peacetimeIntent(fleet), {
    number: 0,
    by: 'terraform',
  });
  expect(await texts()).toEqual(plan.map(recordText).sort());
});

testApplied(
  'every address is asked every 10 s and lost after three misses; flags count inverted',
  async () => {
    const { HealthChecks: checks = [] } = await route53.send(new ListHealthChecksCommand({}));
    const configs = checks.map(({ HealthCheckConfig }) => HealthCheckConfig!);
    const addresses = Object.values(deployment.addresses).flat();
    const ofAddresses = configs.filter(({ IPAddress }) => IPAddress !== undefined);
    expect(ofAddresses.map(({ IPAddress }) => String(IPAddress)).sort()).toEqual(
      [...addresses].sort(),
    );
    const flags = configs.filter(({ Inverted }) => Inverted === true);
    expect(flags).toHaveLength(addresses.length);
    for (const config of [...ofAddresses, ...flags])
      expect(config).toMatchObject({
        Type: 'HTTPS',
        RequestInterval: 10,
        FailureThreshold: 3,
        Port: 443,
      });
    for (const { id, addressCount } of fleet.regions) {
      const region = checks.find((check) => check.Id === deployment.healthCheckIds[id]);
      expect(region?.HealthCheckConfig).toMatchObject({
        Type: 'CALCULATED',
        HealthThreshold: addressCount + 1,
      });
      expect(region?.HealthCheckConfig?.ChildHealthChecks).toHaveLength(2 * addressCount);
    }
  },
);

testApplied(
  'the real controller drains Paris in one batch, and a controller that is behind is fenced',
  async () => {
    const [ahead, behind] = [new MemoryJournal(), new MemoryJournal()];
    const first = await controllerAt(0, ahead);
    const second = await controllerAt(1, behind);
    await first.beats(2);
    await second.beats(2);
    first.loseParis();
    await first.beats(3);
    const written = ahead.entries.filter(({ kind }) => kind === 'outcome');
    expect(written).toMatchObject([{ term: 1, outcome: 'written' }]);
    second.loseParis();
    await second.beats(3);
    expect(behind.entries.filter(({ kind }) => kind === 'outcome')).toMatchObject([
      { term: 1, outcome: 'fenced' },
    ]);
    const drained = planRecords(
      fleet,
      deployment,
      { ...peacetimeIntent(fleet), [paris]: { weight: 0, usable: false } },
      { number: 1, by: fleet.vantages[0]!.id },
    );
    expect(await texts()).toEqual(drained.map(recordText).sort());
  },
  stepMsMax,
);

testApplied(
  'Terraform leaves what the controller wrote: no stack has anything to change',
  async () => {
    for (const stack of dnsStacks)
      expect({ stack, changes: unexplainedChanges(await emulated.nextPlan(stack)) }).toEqual({
        stack,
        changes: [],
      });
  },
  stepMsMax,
);

testApplied(
  'without ignore_changes it would end the drain: the comparison does see drift',
  async () => {
    const file = join(emulated.stackFolder('dns'), 'cdk.tf.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll('"ignore_changes"', '"//"'));
    const changes = unexplainedChanges(await emulated.nextPlan('dns'));
    writeFileSync(file, text);
    expect(changes).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/weighted-aws-paris.*weight: 0 -> 80$/),
        expect.stringMatching(/term.*"term=1 by=vantage-dublin" -> "term=0 by=terraform"$/),
      ]),
    );
  },
  stepMsMax,
);

testApplied(
  'destroying leaves no zone, no check and no bucket',
  async () => {
    await emulated.destroyAll();
    const { HostedZones: zones } = await route53.send(new ListHostedZonesCommand({}));
    const { HealthChecks: checks } = await route53.send(new ListHealthChecksCommand({}));
    expect([zones, checks]).toEqual([[], []]);
    const { endpoint } = emulated.moto;
    const credentials = { accessKeyId: 'emulated', secretAccessKey: 'emulated' };
    const s3 = new S3Client({ region: 'us-east-1', endpoint, credentials, forcePathStyle: true });
    expect((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    s3.destroy();
    expect(emulated.record().stacks).toEqual({});
  },
  stepMsMax,
);
