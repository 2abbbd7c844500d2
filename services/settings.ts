// Environment -> typed settings, once: the only file of services/ that knows the names of the variables.
import { availableParallelism } from 'node:os';
import { InputError } from '../fleet/errors.ts';
import { engineIds } from '../models/engine/engine.ts';
import type { EngineId } from '../models/engine/engine.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;

export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Settings {
  readonly region: string;
  readonly version: string;
  readonly logLevel: (typeof logLevels)[number];
  readonly hosts: readonly string[];
  readonly port: number;
  /** Null behind a balancer that ends TLS. */
  readonly tls: TlsFiles | null;
  /** The region's own store first, then its mirrors in other failure domains. */
  readonly storeDirs: readonly string[];
  readonly storedHoursMax: number;
  /** Where films are kept that were given for research, the own place first. Empty: consent is not asked for. */
  readonly lakeDirs: readonly string[];
  readonly lakeDaysMax: number;
  /** At up to 4.2 MB each. */
  readonly lakeFilmsMax: number;
  /** Who shows it is shown the queue of films to label. Null: nobody is. */
  readonly learningToken: string | null;
  readonly modelsDir: string;
  /** Whose bundles may serve. Null for the keys that are part of the release. */
  readonly trustedKeysFile: string | null;
  /** Null chooses the quickest engine this machine has. */
  readonly engine: EngineId | null;
  readonly workers: number;
  readonly workerHeapMiB: number;
  /** A worker that has grown beyond this is replaced between two jobs. */
  readonly workerResidentMiBMax: number;
  readonly workerEnvironment: Readonly<Record<string, string>>;
  readonly queueMax: number;
  readonly queueSecondsMax: number;
  readonly runSecondsMax: number;
  /** From one check of a model's golden inputs to the next; one that is not checked for three of them is stale. */
  readonly goldenSeconds: number;
  /** From one look at the models' pointers to the next. */
  readonly pointerSeconds: number;
  /** One uploaded picture. 4000 x 4000 pixels that do not compress: grey 16 MB, 16-bit grey 32 MB, RGB 48 MB = 45.8 MiB. */
  readonly uploadMiBMax: number;
  /** Uploads being received or read at once: uploadsMax x uploadMiBMax bounds the memory they can take. */
  readonly uploadsMax: number;
  readonly connectionsMax: number;
  /** A whole request must have arrived by then; a slow uplink needs about 20 s for 5 MB. */
  readonly requestSecondsMax: number;
  readonly keepAliveSeconds: number;
  /** Between "not ready" and the closing of the listener: 2 x probe interval x failures + 1 s. */
  readonly drainWaitSeconds: number;
  /** After this the process ends, drained or not. */
  readonly drainSecondsMax: number;
}

/** Throws `InputError` 'wrong-setting' that names the variable, its value and what it may be. */
export function settingsFrom(env: Environment): Settings {
  const tls = tlsFrom(env);
  return {
    region: textFrom(env, 'EVENKEEL_REGION', { pattern: label, like: 'aws-paris' }),
    version: textFrom(env, 'EVENKEEL_VERSION', { pattern: /^[\w.+-]{1,64}$/, fallback: '0.1.0' }),
    logLevel: choiceFrom(env, 'LOG_LEVEL', logLevels) ?? 'info',
    hosts: listFrom(env, 'HOST', '127.0.0.1'),
    port: wholeFrom(env, 'PORT', { min: 0, max: 65_535, fallback: 8443 }),
    tls,
    storeDirs: listFrom(env, 'STORE_DIRS', '.evenkeel/store'),
    storedHoursMax: wholeFrom(env, 'STORED_HOURS_MAX', { min: 1, max: 24 * 30, fallback: 24 }),
    ...lakeFrom(env),
    modelsDir: textFrom(env, 'MODELS_DIR', { pattern: /./, fallback: 'models/registry' }),
    trustedKeysFile: textFrom(env, 'TRUSTED_KEYS_FILE', { pattern: /./, fallback: '' }) || null,
    engine: choiceFrom(env, 'ENGINE', engineIds),
    ...poolFrom(env),
    ...limitsFrom(env, tls),
  };
}

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function lakeFrom(env: Environment) {
  const dirs = env['LAKE_DIRS'] ?? '';
  return {
    lakeDirs: dirs === '' ? [] : listFrom(env, 'LAKE_DIRS', ''),
    lakeDaysMax: wholeFrom(env, 'LAKE_DAYS_MAX', { min: 1, max: 3_650, fallback: 365 }),
    lakeFilmsMax: wholeFrom(env, 'LAKE_FILMS_MAX', { min: 1, max: 100_000, fallback: 5_000 }),
    learningToken: secretFrom(env, 'LEARNING_TOKEN'),
  };
}

/** 32 hexadecimal digits are 128 bits. What is wrong with a secret is said without it: the log would keep it. */
function secretFrom(env: Environment, name: string): string | null {
  const value = env[name] ?? '';
  if (value === '') return null;
  if (/^[\w.~+/-]{32,128}$/.test(value)) return value;
  throw wrong(
    `${name} is set to ${value.length} characters`,
    'It must be 32 to 128 letters, digits or . _ ~ + / -',
    'Set it to what `openssl rand -hex 32` prints',
  );
}

function poolFrom(env: Environment) {
  const cores = availableParallelism();
  return {
    // Single-threaded workers at batch 1: on CPUs batching gains nothing, and more workers than cores only queue twice.
    workers: wholeFrom(env, 'WORKERS', { min: 1, max: 256, fallback: cores }),
    workerHeapMiB: wholeFrom(env, 'WORKER_HEAP_MIB', { min: 64, max: 16_384, fallback: 512 }),
    workerResidentMiBMax: wholeFrom(env, 'WORKER_RESIDENT_MIB_MAX', {
      min: 128,
      max: 65_536,
      fallback: 1_536,
    }),
    workerEnvironment: workerEnvironmentFrom(env),
    queueMax: wholeFrom(env, 'QUEUE_MAX', { min: 1, max: 10_000, fallback: 32 }),
    queueSecondsMax: wholeFrom(env, 'QUEUE_SECONDS_MAX', { min: 1, max: 600, fallback: 20 }),
    runSecondsMax: wholeFrom(env, 'RUN_SECONDS_MAX', { min: 1, max: 600, fallback: 10 }),
    goldenSeconds: wholeFrom(env, 'GOLDEN_SECONDS', { min: 5, max: 3_600, fallback: 60 }),
    pointerSeconds: wholeFrom(env, 'POINTER_SECONDS', { min: 1, max: 3_600, fallback: 5 }),
  };
}

function limitsFrom(env: Environment, tls: TlsFiles | null) {
  const drainWaitSeconds = wholeFrom(env, 'DRAIN_WAIT_SECONDS', { min: 0, max: 300, fallback: 7 });
  return {
    uploadMiBMax: wholeFrom(env, 'UPLOAD_MIB_MAX', { min: 1, max: 1_024, fallback: 48 }),
    uploadsMax: wholeFrom(env, 'UPLOADS_MAX', { min: 1, max: 10_000, fallback: 40 }),
    connectionsMax: wholeFrom(env, 'CONNECTIONS_MAX', { min: 1, max: 100_000, fallback: 4_096 }),
    requestSecondsMax: wholeFrom(env, 'REQUEST_SECONDS_MAX', { min: 5, max: 900, fallback: 60 }),
    // Behind a balancer this must outlast its idle time (60 s as a rule), or it writes into a closing connection.
    keepAliveSeconds: wholeFrom(env, 'KEEP_ALIVE_SECONDS', {
      min: 1,
      max: 900,
      fallback: tls === null ? 65 : 5,
    }),
    drainWaitSeconds,
    drainSecondsMax: wholeFrom(env, 'DRAIN_SECONDS_MAX', {
      min: drainWaitSeconds + 1,
      max: 900,
      fallback: drainWaitSeconds + 18,
    }),
  };
}

function tlsFrom(env: Environment): TlsFiles | null {
  const certFile = env['TLS_CERT_FILE'] ?? '';
  const keyFile = env['TLS_KEY_FILE'] ?? '';
  if (certFile === '' && keyFile === '') return null;
  if (certFile !== '' && keyFile !== '') return { certFile, keyFile };
  const [given, missing] =
    certFile === '' ? ['TLS_KEY_FILE', 'TLS_CERT_FILE'] : ['TLS_CERT_FILE', 'TLS_KEY_FILE'];
  throw wrong(
    `${given} is set and ${missing} is not`,
    'TLS needs a certificate and its private key',
    `Set ${missing} too, or neither when a balancer ends TLS`,
  );
}

/** What a worker, which decodes strangers' files, may know of the environment: no secret is among it. */
const workerVariables =
  /^(PATH|HOME|TMPDIR|TEMP|TMP|LANG|TZ|SYSTEMROOT|LD_LIBRARY_PATH|(CUDA|NVIDIA|TF|OMP|UV)_\w+)$/i;

const workerEnvironmentFrom = (env: Environment): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && workerVariables.test(name) ? [[name, value]] : [],
    ),
  );

function textFrom(
  env: Environment,
  name: string,
  {
    pattern,
    fallback,
    like,
  }: { readonly pattern: RegExp; readonly fallback?: string; readonly like?: string },
): string {
  const value = env[name] ?? '';
  if (value === '' && fallback !== undefined) return fallback;
  if (pattern.test(value)) return value;
  throw wrong(
    value === '' ? `${name} is not set` : `${name}="${value}"`,
    `It must match ${pattern.source}`,
    like === undefined ? 'Correct it, or unset it for the default' : `Set it, e.g. ${name}=${like}`,
  );
}

function wholeFrom(
  env: Environment,
  name: string,
  { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: number },
): number {
  const text = env[name] ?? '';
  if (text === '') return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw wrong(
    `${name}="${text}"`,
    `It must be a whole number from ${min} to ${max}`,
    `Correct it, or unset it for ${fallback}`,
  );
}

function choiceFrom<T extends string>(
  env: Environment,
  name: string,
  choices: readonly T[],
): T | null {
  const text = env[name] ?? '';
  if (text === '') return null;
  const choice = choices.find((c) => c === text);
  if (choice !== undefined) return choice;
  throw wrong(
    `${name}="${text}"`,
    `It must be one of: ${choices.join(', ')}`,
    'Correct it, or unset it',
  );
}

function listFrom(env: Environment, name: string, fallback: string): readonly string[] {
  const text = env[name] ?? fallback;
  const items = text.split(',').map((item) => item.trim());
  if (items.every((item) => item !== '') && new Set(items).size === items.length) return items;
  throw wrong(
    `${name}="${text}"`,
    'It must be a comma-separated list without empty or repeated items',
    `Correct it, or unset it for ${fallback}`,
  );
}

const wrong = (found: string, why: string, remedy: string) =>
  new InputError('wrong-setting', { found, why, remedy });
