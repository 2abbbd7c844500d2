// A fleet synthesized in a folder of its own and deployed by the deploy tool, with the real Terraform, to the emulator.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeployRequest } from '../../../deploy/arguments.ts';
import { carryOut } from '../../../deploy/carry-out.ts';
import type { Surroundings } from '../../../deploy/carry-out.ts';
import {
  readRecord,
  recordFile,
  withoutStack,
  writeRecord,
} from '../../../deploy/deployment-record.ts';
import type { DeploymentRecord } from '../../../deploy/deployment-record.ts';
import type { Outcome } from '../../../deploy/deployment.ts';
import { StackFolder } from '../../../deploy/stack-folder.ts';
import { systemTerraform } from '../../../deploy/terraform.ts';
import type { FailoverPlan, StackOutputs } from '../../../fleet/failover-plan.ts';
import type { FleetManifest, StackEntry } from '../../../fleet/fleet-manifest.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { synthesize } from '../../../stacks/synthesize.ts';
import { requestOf } from '../deploy-site.ts';
import { builtElsewhere } from './built-elsewhere.ts';
import { emulate } from './emulated.ts';
import type { FullPlan } from './unexplained-changes.ts';
import { pluginCache } from './plugin-cache.ts';
import { startMoto } from './start-moto.ts';
import type { Moto } from './start-moto.ts';

export interface EmulatedFleet {
  readonly moto: Moto;
  /** Names of the stacks that are not elsewhere, in the order of the manifest. */
  readonly stacksHere: readonly string[];
  readonly stackFolder: (stack: string) => string;
  readonly record: () => DeploymentRecord;
  /** The deploy tool, agreed to, for AWS's stacks. */
  readonly run: (request: Partial<DeployRequest>) => Promise<Outcome>;
  /** What one applied stack would change now. */
  readonly nextPlan: (stack: string) => Promise<FullPlan>;
  readonly said: readonly string[];
  /** Backwards through the fleet; stacks elsewhere leave the record when it is their turn. */
  readonly destroyAll: () => Promise<void>;
  close(): Promise<void>;
}

/** Each of the provider's waits is a fixed delay, so only working on many resources at once makes it quicker. */
const parallelism = 40;

/** Stacks that are `elsewhere` are not applied: they count as built, with outputs made up for whoever needs them. */
export async function openEmulatedFleet(
  fleet: Fleet,
  elsewhere: (stack: StackEntry) => boolean,
  variables: Readonly<Record<string, string>> = {},
): Promise<EmulatedFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-'));
  const outdir = join(folder, fleet.environment);
  const manifest = synthesize(fleet, outdir);
  const [away, here] = [true, false].map((is) =>
    manifest.stacks.filter((stack) => elsewhere(stack) === is).map(({ name }) => name),
  ) as [string[], string[]];
  for (const name of here) emulate(join(outdir, 'stacks', name));
  const recorded = builtElsewhere(fleet, manifest, away);
  return emulatedFleet({ fleet, manifest, recorded, variables, folder, moto: await startMoto() });
}

interface Parts {
  readonly fleet: Fleet;
  readonly manifest: FleetManifest;
  readonly recorded: StackOutputs;
  readonly variables: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly moto: Moto;
}

function emulatedFleet({
  fleet,
  manifest,
  recorded,
  variables,
  folder,
  moto,
}: Parts): EmulatedFleet {
  const outdir = join(folder, fleet.environment);
  const recordsFolder = join(folder, 'deployments');
  const file = recordFile(recordsFolder, fleet.environment);
  writeRecord(file, {
    stacks: Object.fromEntries(
      Object.entries(recorded).map(([name, outputs]) => [name, { outputs }]),
    ),
  });
  const terraform = systemTerraform({ ...process.env, ...pluginCache(), ...moto.env });
  const said: string[] = [];
  const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
  const surroundings: Surroundings = {
    fleet,
    manifest,
    plan: readJson(join(outdir, 'failover.json')) as FailoverPlan,
    outdir,
    recordsFolder,
    terraform,
    env: { ...moto.env, ...pluginCache() },
    say: (line) => said.push(line),
    ask: null,
  };
  const workshop = {
    terraform,
    outdir,
    locksFolder: join(recordsFolder, 'locks'),
    variables,
    parallelism,
  };
  const run: EmulatedFleet['run'] = (request) =>
    carryOut(
      requestOf({
        environment: fleet.environment,
        clouds: ['aws'],
        parallelism,
        variables,
        ...request,
      }),
      surroundings,
    );
  return {
    moto,
    said,
    stacksHere: manifest.stacks.map(({ name }) => name).filter((name) => !(name in recorded)),
    stackFolder: (stack) => join(outdir, 'stacks', stack),
    record: () => readRecord(file),
    run,
    nextPlan: async (stack) => {
      const stackFolder = new StackFolder(stack, workshop);
      return (await stackFolder.plan(false)) as FullPlan;
    },
    destroyAll: async () => {
      for (const { name } of manifest.stacks.toReversed())
        if (name in recorded) writeRecord(file, withoutStack(readRecord(file), name));
        else await run({ verb: 'destroy', stacks: [name] });
    },
    close: async () => {
      await moto.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
