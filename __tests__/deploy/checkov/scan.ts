// Has checkov judge Terraform JSON, and gives each finding the place of its construct.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { valueAt } from '../../support/resources.ts';
import type { SynthesizedStack } from '../../support/synthesized-fleet.ts';

export interface Finding {
  /** e.g. `CKV_AWS_18`. */
  readonly check: string;
  readonly name: string;
  /** Of the construct, e.g. `aws-paris/audit/bucket/bucket`. */
  readonly path: string;
}

export interface Scan {
  readonly version: string;
  readonly passed: number;
  readonly findings: readonly Finding[];
}

/** Its policies come with the package, so nothing is asked of its maker's servers. */
export const checkovArguments = [
  '--framework',
  'terraform_json',
  '--quiet',
  '--compact',
  '--skip-download',
  '--soft-fail',
  '--output',
  'json',
] as const;

const answerCharsMax = 64 * 1024 * 1024;

export const hasCheckov = (): boolean => spawnSync('checkov', ['--version']).status === 0;

interface Report {
  readonly summary: {
    readonly passed: number;
    readonly parsing_errors: number;
    readonly checkov_version: string;
  };
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      /** `/<stack>/cdk.tf.json` */
      readonly file_path: string;
      /** Ends in Terraform's name of the resource. */
      readonly resource: string;
    }[];
  };
}

export function scanned(stacks: readonly SynthesizedStack[]): Scan {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
  try {
    for (const { name, json } of stacks) {
      mkdirSync(join(folder, name));
      // Laid out over lines: checkov looks for secrets line by line.
      writeFileSync(join(folder, name, 'cdk.tf.json'), JSON.stringify(json, null, 2));
    }
    const { stdout, stderr } = spawnSync('checkov', ['--directory', '.', ...checkovArguments], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: answerCharsMax,
    });
    if (stdout === '') throw new Error(`checkov said nothing: ${stderr}`);
    const { summary, results } = JSON.parse(stdout) as Report;
    if (summary.parsing_errors > 0)
      throw new Error(`checkov could not read ${summary.parsing_errors} files`);
    return {
      version: summary.checkov_version,
      passed: summary.passed,
      findings: results.failed_checks.map((failed) => ({
        check: failed.check_id,
        name: failed.check_name,
        path: constructPath(stacks, failed.file_path, failed.resource),
      })),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function constructPath(
  stacks: readonly SynthesizedStack[],
  file: string,
  resource: string,
): string {
  const json = stacks.find(({ name }) => file.includes(`/${name}/`))?.json;
  const name = resource.split('.').at(-1) ?? '';
  const types = [...Object.values(json?.resource ?? {}), ...Object.values(json?.data ?? {})];
  const paths = types
    .map((named) => valueAt(named, name, '//', 'metadata', 'path'))
    .filter((path) => typeof path === 'string');
  const [path] = paths;
  if (path === undefined)
    throw new Error(`checkov names ${resource} in ${file}, which is not there`);
  return path;
}
