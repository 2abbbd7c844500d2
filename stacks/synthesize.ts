// One environment becomes files: Terraform JSON per stack, the order to apply them in, and what the controller will need.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdktf';
import type { Fleet } from '../fleet/fleet.ts';
import type { FleetManifest } from '../fleet/fleet-manifest.ts';
import { refuseOverBudget } from './cost/budget.ts';
import { failoverPlan } from './failover-plan.ts';
import type { FleetStack } from './fleet-stack.ts';
import { fleetStacks } from './fleet-stacks.ts';
import { refuseUnsafe } from './policy/refuse-unsafe.ts';

/** Writes `<outdir>/stacks/<name>/cdk.tf.json`, `<outdir>/fleet.json` and `<outdir>/failover.json`. */
export function synthesize(fleet: Fleet, outdir: string): FleetManifest {
  refuseOverBudget(fleet);
  rmSync(join(outdir, 'stacks'), { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir });
  const stacks = fleetStacks(app, fleet);
  app.synth();
  refuseUnsafe(stacks, outdir);
  const manifest = manifestOf(fleet, stacks);
  writeJson(join(outdir, 'fleet.json'), manifest);
  writeJson(join(outdir, 'failover.json'), failoverPlan(fleet));
  return manifest;
}

const manifestOf = (fleet: Fleet, stacks: readonly FleetStack[]): FleetManifest => ({
  environment: fleet.environment,
  zone: fleet.zone,
  protectsData: fleet.estate.protectsData,
  stacks: stacks.map(({ id, cloud, holdsData, handoffs, parameters }) => ({
    name: id,
    cloud,
    holdsData,
    handoffs,
    parameters,
  })),
});

const writeJson = (file: string, value: unknown) =>
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
