// Where a local fleet keeps its files, how another process finds a running fleet, and how a dead one is tidied away.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { CredentialFiles } from '../failover/adapters/credentials.ts';
import { InputError } from '../fleet/errors.ts';

export const checkoutRoot = join(import.meta.dirname, '..');
const fleetsRoot = join(checkoutRoot, '.evenkeel', 'fleets');

/** What a running fleet tells the other verbs: written once everything is up, removed when it stops. */
export interface FleetRecord {
  readonly pid: number;
  readonly startedAt: string;
  readonly zone: string;
  readonly directory: string;
  /** The supervisor's control port on 127.0.0.1, and the secret that it asks for. */
  readonly control: { readonly url: string; readonly token: string };
  readonly urls: FleetUrls;
  readonly regionPort: number;
  readonly caFile: string;
  readonly deploymentFile: string;
  /** With which the verbs prove to the vantages who gives an order. */
  readonly operator: CredentialFiles;
}

export interface FleetUrls {
  readonly clinic: string;
  /** The operators' page, with the key that opens it. */
  readonly operations: string;
  /** `host:port` of the authoritative DNS server. */
  readonly dns: string;
  readonly route53: string;
  readonly regions: Readonly<Record<string, string>>;
  readonly vantages: Readonly<Record<string, string>>;
}

/** All but the operators' page, which shows the rest. */
export type FleetBuilt = Omit<FleetRecord, 'urls'> & {
  readonly urls: Omit<FleetUrls, 'operations'>;
};

const fleetDirectory = (port: number) => join(fleetsRoot, String(port));
const recordFile = (directory: string) => join(directory, 'fleet.json');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to someone else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function writeFleetRecord(record: FleetRecord): void {
  const file = recordFile(record.directory);
  // Only this account may read the control token.
  writeFileSync(`${file}.new`, JSON.stringify(record, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function removeFleetRecord(directory: string): void {
  rmSync(recordFile(directory), { force: true });
}

function readFleetRecord(directory: string): FleetRecord | null {
  try {
    return JSON.parse(readFileSync(recordFile(directory), 'utf8')) as FleetRecord;
  } catch {
    // None, or cut short by a crash: either way no fleet can be reached through it.
    return null;
  }
}

const recordsOnDisk = (): readonly FleetRecord[] =>
  (existsSync(fleetsRoot) ? readdirSync(fleetsRoot) : [])
    .map((name) => readFleetRecord(join(fleetsRoot, name)))
    .filter((record) => record !== null);

/** The running fleets of this checkout, newest first. */
const runningFleets = (): readonly FleetRecord[] =>
  recordsOnDisk()
    .filter((record) => isAlive(record.pid))
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt));

/** The fleet a verb refers to: the one on `port`, or the newest. `InputError` 'no-fleet' when there is none. */
export function findFleet(port?: number): FleetRecord {
  const fleets = runningFleets();
  const record =
    port === undefined
      ? fleets[0]
      : fleets.find((f) => new URL(f.urls.clinic).port === String(port));
  if (record !== undefined) return record;
  const others = fleets.map((f) => f.urls.clinic).join(', ');
  throw new InputError('no-fleet', {
    found: port === undefined ? 'No fleet is running here' : `No fleet is running on port ${port}`,
    why: 'This verb speaks to a running fleet',
    remedy: others
      ? `Running: ${others}. Name one with --port`
      : 'Start one with npm start, in another terminal',
  });
}

/** An empty directory for a new fleet; ends what a fleet that was killed there left behind. */
export function claimDirectory(port: number): string {
  const directory = fleetDirectory(port);
  const record = readFleetRecord(directory);
  if (record !== null && isAlive(record.pid))
    throw new InputError('fleet-running', {
      found: `A fleet is already running at ${record.urls.clinic} (process ${record.pid})`,
      why: 'Two fleets cannot share one port',
      remedy: `Use that one, or start another beside it: npm start -- --port ${port + 1}`,
    });
  for (const pid of processesOf(directory)) process.kill(pid, 'SIGKILL');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

/**
 * The processes of a fleet, known by the directory in their environment (a pid in a file may belong to another program
 * by now). Empty where there is no /proc; there they end by themselves when their supervisor does.
 */
export function processesOf(directory: string): readonly number[] {
  const pids = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids.map(Number).filter((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      return environment.includes(`EVENKEEL_FLEET_DIR=${directory}\0`);
    } catch {
      // Gone already, or somebody else's.
      return false;
    }
  });
}
