// The deployment file: what was built, and how it is reached. Read by controllers, and by people who must do without one.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { checkedDeployment } from '../fleet/check-deployment.ts';
import { InputError } from '../fleet/errors.ts';
import type { Deployment, Fleet } from '../fleet/fleet.ts';
import type { GoldenInput } from './adapters/https-prober.ts';

/** Paths are relative to the file. */
export interface DeploymentFile extends Deployment {
  readonly route53Endpoint?: string;
  readonly caFile?: string;
  /** The folder of flags, e.g. https://bucket.s3.eu-west-1.amazonaws.com/flags/ */
  readonly flagsUrl?: string;
  readonly golden?: {
    readonly model: string;
    readonly imageFile: string;
    readonly label: string;
    readonly probability: number;
  };
  readonly ports?: Readonly<Record<string, number>>;
}

export interface BuiltFleet {
  readonly deployment: Deployment;
  readonly route53Endpoint: string | null;
  /** Null where the fleet has no place for flags. */
  readonly flagsUrl: string | null;
  /** PEM; null trusts what the system trusts. */
  readonly ca: string | null;
  readonly ports: Readonly<Record<string, number>>;
}

const wrong = (found: string, why: string, remedy: string, cause?: unknown) =>
  new InputError('wrong-setting', { found, why, remedy }, { cause });

const beside = (file: string, path: string) => resolve(dirname(file), path);

/** `InputError` 'wrong-setting' | 'wrong-deployment'. */
export function builtFleet(fleet: Fleet, file: string, content: DeploymentFile): BuiltFleet {
  const { caFile, route53Endpoint, flagsUrl, ports } = content;
  return {
    deployment: checkedDeployment(fleet, content),
    route53Endpoint: route53Endpoint ?? null,
    flagsUrl: flagsUrl ?? null,
    ca: caFile === undefined ? null : readBeside(beside(file, caFile)).toString('utf8'),
    ports: ports ?? {},
  };
}

export function goldenIn(file: string, { golden }: DeploymentFile): GoldenInput | null {
  if (golden === undefined) return null;
  return { ...golden, image: readBeside(beside(file, golden.imageFile)) };
}

export function readDeployment(file: string): DeploymentFile {
  const { hostedZoneId, addresses, healthCheckIds, nameServers, ...rest } = parsedDeployment(file);
  // What synthesis writes has references where the built fleet has values.
  if (typeof hostedZoneId === 'object')
    throw wrong(
      `${file} is the plan of a deployment, not a deployment`,
      'It says where the addresses will come from, and nothing has been built yet',
      'Run `npm run deploy`, which fills it in from what was built',
    );
  return {
    ...rest,
    hostedZoneId: hostedZoneId ?? '',
    addresses: addresses ?? {},
    healthCheckIds: healthCheckIds ?? {},
    nameServers: nameServers ?? [],
  };
}

function parsedDeployment(file: string): Partial<DeploymentFile> {
  const text = readBeside(file).toString('utf8');
  try {
    return { ...(JSON.parse(text) as Partial<DeploymentFile>) };
  } catch (cause) {
    throw wrong(
      `${file} is not JSON`,
      'It says which addresses, health checks and name servers were built',
      'Write it anew from what was built',
      cause,
    );
  }
}

function readBeside(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw wrong(
      `${file} cannot be read (${code ?? 'unknown error'})`,
      'The controller needs the deployment, and the certificate and golden picture that it names',
      'Name files that exist and that this account may read',
      cause,
    );
  }
}
