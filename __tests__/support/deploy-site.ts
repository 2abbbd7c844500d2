// A small fleet's synthesized stacks on disk, with a terraform in memory: enough for every path of the deploy tool.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployRequest } from '../../deploy/arguments.ts';
import type { DeploymentRecord } from '../../deploy/deployment-record.ts';
import { carryOut } from '../../deploy/carry-out.ts';
import type { Surroundings } from '../../deploy/carry-out.ts';
import type { FailoverPlan } from '../../fleet/failover-plan.ts';
import type { FleetManifest, StackEntry } from '../../fleet/fleet-manifest.ts';
import { FakeTerraform } from './fake-terraform.ts';
import type { FakeStack } from './fake-terraform.ts';
import { withFolder } from './folder.ts';
import { belgium, frankfurt, paris, production } from './fleets.ts';

const entry = (name: string, more: Partial<StackEntry> = {}): StackEntry => ({
  name,
  cloud: 'aws',
  holdsData: false,
  handoffs: [],
  parameters: [],
  ...more,
});

const handed = (from: string, output: string, isLate = false) => ({
  variable: `${from}_${output}`.replaceAll('-', '_'),
  from,
  output,
  isLate,
});

const regions = [paris, belgium, frankfurt];

export const manifest: FleetManifest = {
  environment: 'production',
  zone: 'clinic.example.org.uk',
  protectsData: true,
  stacks: [
    entry('state', { holdsData: true }),
    entry('zone', { holdsData: true }),
    entry(paris, { holdsData: true, parameters: ['release_version', 'previous_version'] }),
    entry(belgium, { cloud: 'gcp' }),
    entry(frankfurt, { cloud: 'azure' }),
    entry('dns', {
      handoffs: [
        handed('zone', 'hosted_zone_id'),
        ...regions.map((region) => handed(region, 'addresses')),
      ],
    }),
    entry('vantage-dublin', {
      handoffs: [handed('peers', 'addresses', true)],
      parameters: ['failover', 'licence'],
    }),
    entry('peers', { handoffs: [handed('vantage-dublin', 'address')] }),
  ],
};

const reference = (stack: string, output: string) => ({ stack, output });

export const failoverPlan: FailoverPlan = {
  environment: 'production',
  zone: manifest.zone,
  hostedZoneId: reference('zone', 'hosted_zone_id'),
  nameServers: reference('zone', 'name_servers'),
  healthCheckIds: reference('dns', 'health_check_ids'),
  addresses: Object.fromEntries(regions.map((region) => [region, reference(region, 'addresses')])),
  flagsUrl: 'https://flags.example/flags/',
  golden: { model: 'chest', imageFile: 'golden.png', label: 'Pneumonia', probability: 0.97 },
};

const outputs = (values: Readonly<Record<string, unknown>>): FakeStack => ({
  outputs: () => values,
});

const addressesOf = (net: number, count: number) =>
  Array.from({ length: count }, (_, i) => `192.0.2.${net + i}`);

export const fakeStacks: Readonly<Record<string, FakeStack>> = {
  state: { ...outputs({ state_bucket: 'the-bucket' }), resourceType: 'aws_s3_bucket' },
  zone: outputs({ hosted_zone_id: 'Z1', name_servers: ['ns1.example.net', 'ns2.example.net'] }),
  [paris]: outputs({ addresses: addressesOf(10, 3) }),
  [belgium]: outputs({ addresses: addressesOf(20, 2) }),
  [frankfurt]: outputs({ addresses: addressesOf(30, 2) }),
  dns: outputs({
    health_check_ids: Object.fromEntries(regions.map((region) => [region, `check-${region}`])),
  }),
  'vantage-dublin': { outputs: (given) => ({ address: '192.0.2.99', told: given }) },
  peers: {
    outputs: ({ vantage_dublin_address: address }) => ({ addresses: [address] }),
  },
};

const aws = { required_providers: { aws: { source: 'aws', version: '5.100.0' } } };

export interface DeploySite {
  readonly terraform: FakeTerraform;
  readonly surroundings: Surroundings;
  readonly said: readonly string[];
  record(): DeploymentRecord;
  /** What a stack's variables were set to last. */
  given(stack: string): Record<string, unknown>;
}

export function deploySite(folder: string, stacks = fakeStacks): DeploySite {
  const terraform = new FakeTerraform(stacks);
  const outdir = join(folder, 'out');
  const recordsFolder = join(folder, 'deployments');
  for (const { name, parameters } of manifest.stacks) {
    const variable = Object.fromEntries(
      parameters.map((p) => [
        p,
        { type: 'string', ...(p.startsWith('previous') ? { default: '' } : {}) },
      ]),
    );
    mkdirSync(join(outdir, 'stacks', name), { recursive: true });
    writeFileSync(
      join(outdir, 'stacks', name, 'cdk.tf.json'),
      JSON.stringify({ terraform: aws, variable }),
    );
  }
  const said: string[] = [];
  const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
  return {
    terraform,
    said,
    surroundings: {
      fleet: production,
      manifest,
      plan: failoverPlan,
      outdir,
      recordsFolder,
      terraform: terraform.run,
      env: { TF_VAR_licence: 'yes' },
      say: (line) => said.push(line),
      ask: null,
    },
    record: () => readJson(join(recordsFolder, 'production.json')) as DeploymentRecord,
    given: (stack) =>
      readJson(join(outdir, 'stacks', stack, 'handoff.auto.tfvars.json')) as Record<
        string,
        unknown
      >,
  };
}

export const requestOf = (more: Partial<DeployRequest>): DeployRequest => ({
  verb: 'deploy',
  environment: 'production',
  stacks: [],
  clouds: ['aws', 'gcp', 'azure'],
  releaseFile: null,
  variables: {},
  isAgreed: true,
  parallelism: 10,
  ...more,
});

const digit = (hex: string) => hex.repeat(64);

/** Writes a release's manifest as packaging does and returns its path. */
export function releaseFile(folder: string, version: string, hex = 'a'): string {
  const file = join(folder, `release-${version}.json`);
  const architectures = { x64: { sha256: digit(hex) }, arm64: { sha256: digit('b') } };
  writeFileSync(file, JSON.stringify({ version, architectures }));
  return file;
}

export const onSite = (
  work: (site: DeploySite, folder: string) => Promise<void>,
  stacks = fakeStacks,
) => withFolder((folder) => work(deploySite(folder, stacks), folder));

export const runOn = (
  site: DeploySite,
  request: Partial<DeployRequest>,
  more: Partial<Surroundings> = {},
) => carryOut(requestOf(request), { ...site.surroundings, ...more });

/** The whole fleet, built, and the list of what was done begun anew. */
export async function built(site: DeploySite, folder: string): Promise<void> {
  await runOn(site, { releaseFile: releaseFile(folder, '1.0.0') });
  site.terraform.done.length = 0;
}

export const unprotected = (site: DeploySite): Partial<Surroundings> => ({
  manifest: { ...site.surroundings.manifest, protectsData: false },
});
