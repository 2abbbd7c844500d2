// failover.json: where the controllers' knowledge of the built fleet will come from, and the reading they compare with.
import { readFileSync } from 'node:fs';
import type { FailoverPlan, GoldenCheck } from '../fleet/failover-plan.ts';
import { flagFolder } from '../fleet/flag.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { BundleManifest } from '../models/bundle/manifest.ts';
import { calibrated } from '../models/evaluate/calibrate.ts';
import { parsePointer, pointerFile } from '../models/lifecycle/pointer.ts';
import { flagBucketOf } from './flag-bucket.ts';

export const failoverPlan = (fleet: Fleet): FailoverPlan => ({
  environment: fleet.environment,
  zone: fleet.zone,
  hostedZoneId: { stack: 'zone', output: 'hosted_zone_id' },
  nameServers: { stack: 'zone', output: 'name_servers' },
  healthCheckIds: { stack: 'dns', output: 'health_check_ids' },
  addresses: Object.fromEntries(
    fleet.regions.map(({ id }) => [id, { stack: id, output: 'addresses' }]),
  ),
  flagsUrl: `https://${flagBucketOf(fleet).host}/${flagFolder}`,
  golden: goldenCheck(),
});

/** Most uploads are chest films, so its golden input stands for the service's own work. */
const goldenModel = 'chest-pneumonia';
const registry = new URL('../models/registry/', import.meta.url);
/** Where a release puts its bundles on a machine. */
const bundlesOnMachine = '/opt/evenkeel/current/models/registry';

function goldenCheck(): GoldenCheck {
  const pointer = readFileSync(new URL(`${goldenModel}/${pointerFile}`, registry), 'utf8');
  const { production } = parsePointer(pointer, `${goldenModel}/${pointerFile}`);
  if (production === null) throw new Error(`no version of ${goldenModel} is in production`);
  const text = readFileSync(
    new URL(`${goldenModel}/${production}/manifest.json`, registry),
    'utf8',
  );
  const { golden, label, calibration } = JSON.parse(text) as BundleManifest;
  const picture = golden.find(({ input }) => typeof input === 'string');
  if (picture === undefined || typeof picture.input !== 'string')
    throw new Error(`${goldenModel} ${production} has no golden picture`);
  return {
    model: goldenModel,
    imageFile: `${bundlesOnMachine}/${goldenModel}/${production}/${picture.input}`,
    label,
    probability: calibrated(calibration, picture.logit),
  };
}
