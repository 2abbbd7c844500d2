// From a request to an outcome: checks all that can be known beforehand, then lets the deployment go stack by stack.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../fleet/errors.ts';
import type { FailoverPlan } from '../fleet/failover-plan.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { FleetManifest } from '../fleet/fleet-manifest.ts';
import type { DeployRequest } from './arguments.ts';
import { readRecord, recordFile } from './deployment-record.ts';
import { Deployment } from './deployment.ts';
import type { Outcome } from './deployment.ts';
import {
  requireNoProtectedStack,
  requireRealZone,
  requireTerraform,
  requireUnused,
} from './refusals.ts';
import { readRelease, releaseChoice } from './release-choice.ts';
import { stackOrder } from './stack-order.ts';
import { requireKnownParameters } from './stack-values.ts';
import { terraformVersion } from './terraform.ts';
import type { Terraform } from './terraform.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Surroundings {
  readonly fleet: Fleet;
  readonly manifest: FleetManifest;
  readonly plan: FailoverPlan;
  /** Where synthesis wrote, e.g. `cdktf.out/qa`. */
  readonly outdir: string;
  readonly recordsFolder: string;
  readonly terraform: Terraform;
  readonly env: Environment;
  readonly say: (line: string) => void;
  /** Null where nobody can be asked. */
  readonly ask: ((question: string) => Promise<boolean>) | null;
}

/** `InputError` of every refusal; `TerraformError` when Terraform itself fails. */
export async function carryOut(
  request: DeployRequest,
  surroundings: Surroundings,
): Promise<Outcome> {
  const { fleet, manifest, plan, outdir, recordsFolder, terraform, env, say } = surroundings;
  const { verb, variables } = request;
  const agree = agreement(request, surroundings.ask);
  const { chosen, leftOut } = stackOrder(manifest, request);
  requireKnownParameters(Object.keys(variables), manifest.stacks);
  const file = recordFile(recordsFolder, manifest.environment);
  const record = readRecord(file);
  if (verb === 'destroy') {
    requireNoProtectedStack(manifest, chosen);
    requireUnused(manifest, plan, record, chosen);
  } else if (!isEmulated(env)) requireRealZone(manifest);
  const asked = request.releaseFile === null ? null : readRelease(request.releaseFile);
  await makeReady(terraform, outdir, env);
  for (const { name, cloud } of leftOut) say(`${name}: left out, as ${cloud} is`);
  const deployment = new Deployment({
    fleet,
    manifest,
    plan,
    workshop: {
      terraform,
      outdir,
      locksFolder: join(recordsFolder, 'locks'),
      variables,
      parallelism: request.parallelism,
    },
    recordFile: file,
    choice: releaseChoice(record, asked),
    given: new Set([...Object.keys(variables), ...namesInEnvironment(env)]),
    say,
    agree,
  });
  return deployment[verb](chosen);
}

/** `InputError` 'nobody-to-ask'. */
function agreement({ verb, isAgreed }: DeployRequest, ask: Surroundings['ask']) {
  if (isAgreed || verb === 'plan') return () => Promise.resolve(true);
  if (ask !== null) return ask;
  throw new InputError('nobody-to-ask', {
    found: `A ${verb} without a terminal and without --yes`,
    why: 'Each plan is shown and agreed to before it is applied',
    remedy: 'Run it in a terminal, or pass --yes where the plan was reviewed before',
  });
}

async function makeReady(terraform: Terraform, outdir: string, env: Environment): Promise<void> {
  const logs = join(outdir, 'logs');
  rmSync(logs, { recursive: true, force: true });
  // Terraform ignores a cache folder that does not exist.
  const { TF_PLUGIN_CACHE_DIR: plugins } = env;
  if (plugins !== undefined) mkdirSync(plugins, { recursive: true });
  requireTerraform(await terraformVersion(terraform, join(logs, 'terraform.log')));
}

const variablePrefix = 'TF_VAR_';

const namesInEnvironment = (env: Environment) =>
  Object.keys(env)
    .filter((name) => name.startsWith(variablePrefix))
    .map((name) => name.slice(variablePrefix.length));

/** An AWS of this machine: no name has to be delegated to it. */
function isEmulated({ AWS_ENDPOINT_URL: endpoint = '' }: Environment): boolean {
  if (!URL.canParse(endpoint)) return false;
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(endpoint).hostname);
}
