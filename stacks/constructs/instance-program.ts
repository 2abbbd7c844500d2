// What a machine runs from its first boot: the release it fetches and verifies, and the settings it starts it with.
import { readFileSync } from 'node:fs';
import { InputError } from '../../fleet/errors.ts';
import type { Cloud } from '../../fleet/fleet.ts';
import type { FleetStack } from '../fleet-stack.ts';
import { base64Template, literalTemplate, quotableTemplate, textOf } from './terraform-text.ts';

export type Architecture = 'x64' | 'arm64';

/** Every value may be a Terraform reference. */
export interface InstanceProgram {
  readonly cloud: Cloud;
  readonly role: 'inference' | 'controller';
  readonly architecture: Architecture;
  /**
   * The folder of releases in the region's own object storage, read with the machine's identity: `s3://bucket/folder`,
   * `gs://bucket/folder` or `https://account.blob.core.windows.net/container`.
   */
  readonly releasesUrl: string;
  readonly release: Release;
  /**
   * The environment of the service, e.g. `EVENKEEL_REGION`; a literal `${` is written `$${`, as everywhere in Terraform.
   * Set by the machine unless given here: HOST 0.0.0.0, PORT 8443, STORE_DIRS, MODELS_DIR, TLS_CERT_FILE and TLS_KEY_FILE (a
   * certificate of its own, or the one of TLS_SECRET_URL); of a controller EVENKEEL_DEPLOYMENT (/etc/evenkeel/failover.json),
   * EVENKEEL_STATE_DIR, EVENKEEL_HOST 0.0.0.0, EVENKEEL_PORT 5500, EVENKEEL_LIVENESS_PORT 5501, and EVENKEEL_TLS_*_FILE (from
   * `identity.pem` in the folder of releases). Read by the machine itself:
   * - DRAIN_GROUP, DRAIN_HOOK (AWS): the names of the autoscaling group and of its terminating hook, completed after the drain;
   * - TLS_SECRET_URL (Azure): the Key Vault secret of the certificate, renewed daily; its content is PEM or PKCS #12;
   * - AWS_TOKEN_AUDIENCE (controllers on Google Cloud and Azure): asks for /run/evenkeel/aws-token, which
   *   AWS_WEB_IDENTITY_TOKEN_FILE should name; on Azure it is the application's identifier, on Google any audience;
   * - AZURE_CLIENT_ID: which identity, where a machine has several;
   * - READY_SECONDS_MAX (120): how long a release may take to become ready before the machine goes back to the one before.
   */
  readonly settings: Readonly<Record<string, string>>;
  /** Further files of /etc/evenkeel by absolute path, e.g. `/etc/evenkeel/failover.json`. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Release {
  readonly version: string;
  readonly sha256: string;
  /** What to return to when this one is damaged or does not become ready; empty strings: nothing. */
  readonly previousVersion: string;
  readonly previousSha256: string;
}

/** Graviton sizes of AWS (t4g, c7g, ...) are arm64, all others the fleet uses are x64. */
export const architectureOf = (machine: string): Architecture =>
  /^[a-z]+\d+g[a-z]*\./.test(machine) ? 'arm64' : 'x64';

/** The release to run, as parameters of the stack: one new value each makes a new template and a rolling replacement. */
export function releaseOf(stack: FleetStack, architecture: Architecture): Release {
  const text = (name: string, description: string, pattern: string, fallback?: string) =>
    stack.parameter(name, {
      type: 'string',
      description,
      ...(fallback === undefined ? {} : { default: fallback }),
      validation: {
        condition: `can(regex("${pattern}", var.${name}))`,
        errorMessage: `${name} must match ${pattern}: take it from the release's manifest.`,
      },
    }).stringValue;
  return {
    version: text('release_version', 'Version of the release to run', '^[0-9A-Za-z.+-]{1,64}$'),
    sha256: text(`release_sha256_${architecture}`, 'SHA-256 of its archive', '^[0-9a-f]{64}$'),
    previousVersion: text(
      'previous_version',
      'Version to return to when that one fails',
      '^[0-9A-Za-z.+-]{0,64}$',
      '',
    ),
    previousSha256: text(
      `previous_sha256_${architecture}`,
      'SHA-256 of its archive',
      '^([0-9a-f]{64})?$',
      '',
    ),
  };
}

/**
 * What all three clouds run at first boot, as plain text (AWS and Azure want `Fn.base64encode` of it, which works with this text
 * and not with just any). References in `program` stay references; the script's own `${` reach the machine as they are.
 */
export function userData(program: InstanceProgram): string {
  const { cloud, role, architecture, releasesUrl, release } = program;
  const machine = {
    CLOUD: cloud,
    ROLE: role,
    ARCHITECTURE: architecture,
    RELEASES_URL: releasesUrl,
  };
  const { version, sha256, previousVersion, previousSha256 } = release;
  const steps = [version, sha256, previousVersion, previousSha256].map(shellText);
  const script = filledIn(instanceFile('first-boot.sh'), {
    settings: [...settingLines('machine', machine), ...settingLines('service', program.settings)],
    files: Object.entries(program.files ?? {}).map(([path, text]) => fileLine(path, text)),
    'evenkeel-release': [literalTemplate(instanceFile('evenkeel-release').trimEnd())],
    install: [`/usr/local/sbin/evenkeel-release install ${steps.join(' ')}`],
  });
  const bytes = Buffer.byteLength(script);
  if (bytes > userDataBytesMax)
    throw new InputError('user-data-too-long', {
      found: `The user data of a ${role} machine has ${bytes} bytes`,
      why: `AWS takes 16 KiB, of which ${16_384 - userDataBytesMax} bytes are kept for what references turn into`,
      remedy: 'Put large files into the release, or fetch them from the bucket',
    });
  return quotableTemplate(script);
}

const userDataBytesMax = 14 * 1_024;

const instanceFile = (name: string): string =>
  readFileSync(new URL(`../../release/instance/${name}`, import.meta.url), 'utf8');

/** Each line `# @name@` of the file is replaced by the lines of that name; all else is the machine's, literally. */
const filledIn = (file: string, parts: Readonly<Record<string, readonly string[]>>): string =>
  file
    .split('\n')
    .flatMap((line) => {
      const name = /^# @([a-z-]+)@$/.exec(line)?.[1];
      return name === undefined ? [literalTemplate(line)] : (parts[name] ?? []);
    })
    .join('\n');

function settingLines(file: string, settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).map(([name, value]) => {
    if (!/^[A-Z][A-Z0-9_]{0,63}$/.test(name))
      throw new Error(`"${name}" is no name of an environment variable`);
    return `setting ${file}.env ${name} ${encoded(value)}`;
  });
}

function fileLine(path: string, text: string): string {
  if (!/^\/etc\/evenkeel\/[a-z0-9.-]+$/.test(path))
    throw new Error(`"${path}" is not a file of /etc/evenkeel`);
  return `file ${path} ${encoded(text)}`;
}

const shellText = (value: string): string => `"$(text ${encoded(value)})"`;

/** Base64, in single quotes because it may be empty: done here, or by Terraform where it must fill in references first. */
function encoded(value: string): string {
  const text = textOf(value);
  return `'${text === null ? base64Template(value) : Buffer.from(text).toString('base64')}'`;
}
