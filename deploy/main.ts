// `npm run plan|deploy|destroy -- --env qa`. Exit codes: 0 done, 1 failed or declined, 2 mend the input.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fleetFor } from '../fleet/environments.ts';
import { isInputError } from '../fleet/errors.ts';
import type { FailoverPlan } from '../fleet/failover-plan.ts';
import type { FleetManifest } from '../fleet/fleet-manifest.ts';
import { deployRequest } from './arguments.ts';
import { carryOut } from './carry-out.ts';
import { systemTerraform, TerraformError } from './terraform.ts';

/** Providers are hundreds of megabytes each: one copy for all stacks. */
const pluginsFolder = resolve('cdktf.out', 'plugins');

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

async function main(): Promise<number> {
  const request = deployRequest(process.argv.slice(2));
  const { environment } = request;
  const synthesis = ['--import', 'tsx', 'main.ts', '--env', environment];
  const { status } = spawnSync(process.execPath, synthesis, { stdio: 'inherit' });
  if (status !== 0) return status ?? 1;
  const outdir = join('cdktf.out', environment);
  const env = { TF_PLUGIN_CACHE_DIR: pluginsFolder, ...process.env };
  const outcome = await carryOut(request, {
    fleet: fleetFor(environment),
    manifest: readJson(join(outdir, 'fleet.json')) as FleetManifest,
    plan: readJson(join(outdir, 'failover.json')) as FailoverPlan,
    outdir,
    recordsFolder: 'deployments',
    terraform: systemTerraform(env),
    env,
    say: (line) => console.log(line),
    ask: process.stdin.isTTY ? ask : null,
  });
  if (outcome === 'declined')
    console.log('Stopped: this stack and those after it are as they were.');
  return outcome === 'done' ? 0 : 1;
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(`${question} Only "yes" goes on: `)).trim() === 'yes';
  } finally {
    terminal.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (isInputError(error)) {
    console.error(`deploy: ${error.message}`);
    process.exitCode = 2;
  } else if (error instanceof TerraformError) {
    console.error(`deploy: ${error.message}`);
    process.exitCode = 1;
  } else {
    console.error('deploy: this is a bug, please report it with the lines below.');
    console.error(error);
    process.exitCode = 1;
  }
}
