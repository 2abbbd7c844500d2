// A whole environment, synthesized as for a deployment: every stack's JSON, every file as it was written, and the manifest.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { FleetManifest } from '../../fleet/fleet-manifest.ts';
import type { Cloud, Fleet } from '../../fleet/fleet.ts';
import { synthesize } from '../../stacks/synthesize.ts';
import type { TerraformJson } from './synthesized.ts';

export interface SynthesizedStack {
  readonly name: string;
  readonly cloud: Cloud;
  readonly json: TerraformJson;
}

export interface SynthesizedFleet {
  readonly manifest: FleetManifest;
  readonly stacks: readonly SynthesizedStack[];
  /** By path within the folder. */
  readonly files: ReadonlyMap<string, string>;
}

export function synthesizedFleet(fleet: Fleet): SynthesizedFleet {
  const outdir = mkdtempSync(join(tmpdir(), 'evenkeel-'));
  try {
    const manifest = synthesize(fleet, outdir);
    const files = new Map(
      filesIn(outdir).map((file) => [file, readFileSync(join(outdir, file), 'utf8')]),
    );
    const stacks = manifest.stacks.map(({ name, cloud }) => ({
      name,
      cloud,
      json: JSON.parse(files.get(join('stacks', name, 'cdk.tf.json')) ?? '') as TerraformJson,
    }));
    return { manifest, stacks, files };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
