// What runs where in a testbed, and with which settings: data, from which the testbed starts its processes.
import { join } from 'node:path';
import { goldenAnswer } from '../../../failover/lab/golden-answer.ts';
import type { Pace } from '../../../failover/lab/lab-fleet.ts';
import type { LabProgram } from '../../../failover/lab/lab-process.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import type { LabCertificates } from './lab-certificates.ts';
import { authorityName } from './lab-records.ts';

export type PlannedProgram = Omit<LabProgram, 'logFile'>;
type Settings = Readonly<Record<string, string>>;

export interface LabPlan {
  readonly fleet: Fleet;
  readonly pace: Pace;
  /** Of the provider's own health checks: 0.1 asks every second, 100 practically never. */
  readonly checkScale: number;
  readonly nameServers: readonly string[];
  readonly address: (node: string) => string;
  readonly file: (...parts: readonly string[]) => string;
}

export const apiPort = 4_570;
export const controllerPort = 5_500;
export const clientName = 'client';
export const resolverName = 'resolver';
const checkout = join(__dirname, '..', '..', '..');
const tsx = (entry: string) =>
  [process.execPath, '--import', 'tsx', join(checkout, entry)] as const;

export const wireProgram = (
  node: string,
  router: string,
  ends: readonly [string, string],
  seed: number,
): PlannedProgram => ({
  name: `wire of ${node}`,
  node: router,
  command: ['python3', join(checkout, 'failover/lab/wire.py'), ...ends, String(seed)],
});

const common = ({ fleet, pace, nameServers, file }: LabPlan): Settings => ({
  EVENKEEL_LAB_PACE: pace,
  EVENKEEL_LAB_ZONE: fleet.zone,
  EVENKEEL_LAB_NAME_SERVERS: nameServers.join(','),
  EVENKEEL_LAB_CA: file('ca.pem'),
});

/** The DNS provider first; then the bad resolver and the regions. */
export function serverPrograms(
  plan: LabPlan,
  certificates: LabCertificates,
): readonly [PlannedProgram, ...PlannedProgram[]] {
  const { fleet, address, checkScale } = plan;
  const at = (node: string, entry: string, env: Settings): PlannedProgram => ({
    name: node,
    node,
    command: tsx(entry),
    env: { ...common(plan), EVENKEEL_LAB_HOST: address(node), ...env },
  });
  const addresses = Object.fromEntries(fleet.regions.map(({ id }) => [id, [address(id)]]));
  return [
    at(authorityName, '__tests__/support/lab/authority-process.ts', {
      EVENKEEL_LAB_API_PORT: String(apiPort),
      EVENKEEL_LAB_CHECK_SCALE: String(checkScale),
      EVENKEEL_LAB_ADDRESSES: JSON.stringify(addresses),
    }),
    at(resolverName, 'failover/lab/impostor.ts', certificates.unknown),
    ...fleet.regions.map(({ id }) =>
      at(id, 'failover/lab/region.ts', { ...certificates.trusted, EVENKEEL_LAB_REGION: id }),
    ),
  ];
}

export const deploymentText = ({ address }: LabPlan, provisioned: object): string =>
  JSON.stringify({
    ...provisioned,
    route53Endpoint: `http://${address(authorityName)}:${apiPort}`,
    caFile: 'ca.pem',
    golden: { model: 'chest-pneumonia', imageFile: 'golden.png', ...goldenAnswer },
  });

export const clientPrograms = (
  plan: LabPlan,
  { identities }: LabCertificates,
): readonly PlannedProgram[] =>
  [
    { name: 'witness', entry: 'failover/lab/witness.ts' },
    { name: 'clients', entry: '__tests__/support/lab/clients-process.ts' },
    { name: 'operator', entry: '__tests__/support/lab/operator-process.ts' },
  ].map(({ name, entry }) => ({
    name,
    node: clientName,
    command: tsx(entry),
    env: { ...common(plan), ...identities[name] },
  }));

/** Places that are no region. One of them suffices: tests take each of them away. */
const canariesOf = ({ address }: LabPlan): string =>
  `${address(resolverName)}:8443,${address(authorityName)}:${apiPort}`;

export function vantageProgram(
  plan: LabPlan,
  id: string,
  { identities }: LabCertificates,
): PlannedProgram {
  const { fleet, pace, address, file } = plan;
  const peers = fleet.vantages
    .filter((other) => other.id !== id)
    .map((other) => `${other.id}=https://${address(other.id)}:${controllerPort}`);
  return {
    name: id,
    node: id,
    command: tsx('failover/lab/vantage.ts'),
    env: {
      EVENKEEL_LAB_PACE: pace,
      EVENKEEL_ENV: fleet.environment,
      EVENKEEL_DEPLOYMENT: file('deployment.json'),
      EVENKEEL_VANTAGE: id,
      EVENKEEL_PEERS: peers.join(','),
      EVENKEEL_STATE_DIR: file(id),
      EVENKEEL_CANARIES: canariesOf(plan),
      EVENKEEL_HOST: address(id),
      EVENKEEL_PORT: String(controllerPort),
      ...identities[id],
    },
  };
}
