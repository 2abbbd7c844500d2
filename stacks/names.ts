// What things are called in each cloud, within that cloud's limits: too long a name is refused before anything is built.
import { createHash } from 'node:crypto';
import { InputError } from '../fleet/errors.ts';
import type { EnvironmentName, Fleet } from '../fleet/fleet.ts';

/** Short, because the strictest name (a storage account) has 24 characters for everything. */
const codes: Readonly<Record<EnvironmentName, string>> = {
  local: 'local',
  qa: 'qa',
  preproduction: 'pre',
  production: 'prod',
};

interface Rule {
  readonly what: string;
  readonly max: number;
  readonly pattern: RegExp;
}

const hyphenated = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Limits of the providers' own documentation; each is what creating the resource would fail with. */
const rules = {
  /** Application and network balancers, and their target groups. */
  balancer: { what: 'an AWS load balancer or target group', max: 32, pattern: hyphenated },
  role: { what: 'an IAM role', max: 64, pattern: hyphenated },
  aws: { what: 'an AWS resource', max: 128, pattern: hyphenated },
  bucket: { what: 'a bucket', max: 63, pattern: /^[a-z0-9]+(-[a-z0-9]+)*$/ },
  gcp: { what: 'a Google Cloud resource', max: 63, pattern: hyphenated },
  /** Its domain part, before the @. */
  serviceAccount: { what: 'a Google Cloud service account', max: 30, pattern: hyphenated },
  azure: { what: 'an Azure resource', max: 64, pattern: hyphenated },
  storageAccount: { what: 'an Azure storage account', max: 24, pattern: /^[a-z0-9]{3,24}$/ },
  vault: { what: 'an Azure key vault', max: 24, pattern: /^[a-z](-?[a-z0-9])*$/ },
} as const satisfies Readonly<Record<string, Rule>>;

function within({ what, max, pattern }: Rule, name: string): string {
  if (name.length > max)
    throw new InputError('name-too-long', {
      found: `"${name}" has ${name.length} characters`,
      why: `The name of ${what} may have at most ${max}, and creating it would fail half-way through a deployment`,
      remedy: 'Shorten the id of the region or vantage, or the zone, that stands in it',
    });
  if (pattern.test(name)) return name;
  throw new InputError('name-not-allowed', {
    found: `"${name}" is no name for ${what}`,
    why: `It must match ${pattern.source}`,
    remedy:
      'Begin the ids of regions and vantages with a letter, and use a-z, 0-9 and single hyphens',
  });
}

const joined = (fleet: Fleet, parts: readonly string[]) =>
  ['ek', codes[fleet.environment], ...parts].join('-');

type Naming = (fleet: Fleet, ...parts: readonly string[]) => string;

const naming =
  (rule: Rule): Naming =>
  (fleet, ...parts) =>
    within(rule, joined(fleet, parts));

/** 36^8 names, so that two owners' accounts do not meet; the same for the same zone and parts. */
const digest = (fleet: Fleet, parts: readonly string[]) =>
  BigInt(
    `0x${createHash('sha256')
      .update([fleet.zone, ...parts].join('/'))
      .digest('hex')
      .slice(0, 16)}`,
  )
    .toString(36)
    .padStart(8, '0')
    .slice(-8);

/** e.g. `nameOf.balancer(fleet, 'aws-paris', 'tls')` -> `ek-prod-aws-paris-tls`. `InputError` 'name-too-long' | 'name-not-allowed'. */
export const nameOf = {
  balancer: naming(rules.balancer),
  role: naming(rules.role),
  aws: naming(rules.aws),
  gcp: naming(rules.gcp),
  azure: naming(rules.azure),
  serviceAccount: naming(rules.serviceAccount),
  /** Buckets of S3 and Google Cloud Storage: one name space for the whole world each. */
  worldBucket: (fleet, ...parts) =>
    within(rules.bucket, [fleet.zone.replaceAll('.', '-'), ...parts].join('-')),
  /** Letters and digits only, unique in the world; the last part stays legible, e.g. `ekprod1x9f0c3auploads`. */
  storageAccount: (fleet, ...parts) =>
    within(
      rules.storageAccount,
      `ek${codes[fleet.environment]}${digest(fleet, parts)}${parts.at(-1) ?? ''}`,
    ),
  vault: (fleet, ...parts) =>
    within(rules.vault, `ek-${codes[fleet.environment]}-${digest(fleet, parts)}`),
} as const satisfies Readonly<Record<string, Naming>>;
