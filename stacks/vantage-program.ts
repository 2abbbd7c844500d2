// What the machine of a vantage runs and whom it talks to: the same on all three clouds.
import type { Fleet, Vantage } from '../fleet/fleet.ts';
import type { FleetStack } from './fleet-stack.ts';
import { architectureOf, releaseOf, userData } from './constructs/instance-program.ts';
import { nameOf } from './names.ts';
import { vantageName } from './vantage-name.ts';

/** Vantages exchange what they see on this port, over TLS in which both ends prove who they are; operators come through a tunnel. */
export const controllerPort = 5_500;
/** Balancers have no certificate. They learn here that the process runs, and nobody learns anything else. */
export const livenessPort = 5_501;
export const livenessPath = '/livez';

/** Ten minutes between a dead machine and its successor are bearable: the other two vantages decide meanwhile. */
export const controllerStartSeconds = 240;

const stateDir = '/var/lib/evenkeel/controller';
const tokenFile = '/run/evenkeel/aws-token';

/** Roles of vantages outside AWS; the name is known before the role exists. */
export const controllerRoleName = (fleet: Fleet, vantage: Vantage) =>
  nameOf.role(fleet, 'controller', vantage.id);

/** What a Google or Azure identity token must be made out to. */
export const tokenAudienceOf = (fleet: Fleet) => `https://${fleet.zone}/controller`;

interface ProgramProps {
  readonly vantage: Vantage;
  readonly releasesUrl: string;
  /** Of the cloud, e.g. AZURE_CLIENT_ID. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How a vantage outside AWS comes to credentials for Route 53: a role that is taken with the machine's own identity. */
  readonly webIdentity?: { readonly audience: string };
}

export function vantageProgram(stack: FleetStack, props: ProgramProps): string {
  const { fleet } = stack;
  const { vantage, releasesUrl, settings = {}, webIdentity } = props;
  const architecture = architectureOf(vantage.machine);
  const failover = stack.parameter('failover', {
    type: 'string',
    description: 'failover.json, filled in from what was built',
    // The plan that synthesis writes has a reference there; a controller that was given it would refuse to start.
    validation: {
      condition: 'can(regex("^[0-9A-Z]{1,32}$", jsondecode(var.failover).hostedZoneId))',
      errorMessage: 'failover must be the deployment file of a built fleet: use npm run deploy.',
    },
  }).stringValue;
  return userData({
    cloud: vantage.cloud,
    role: 'controller',
    architecture,
    releasesUrl,
    release: releaseOf(stack, architecture),
    settings: {
      EVENKEEL_ENV: fleet.environment,
      EVENKEEL_VANTAGE: vantage.id,
      EVENKEEL_PEERS: peersText(fleet, vantage),
      EVENKEEL_STATE_DIR: stateDir,
      EVENKEEL_HOST: '0.0.0.0',
      EVENKEEL_PORT: String(controllerPort),
      EVENKEEL_LIVENESS_PORT: String(livenessPort),
      ...(webIdentity === undefined
        ? {}
        : webIdentitySettings(stack, vantage, webIdentity.audience)),
      ...settings,
    },
    files: { '/etc/evenkeel/failover.json': failover },
  });
}

const peersText = (fleet: Fleet, vantage: Vantage): string =>
  fleet.vantages
    .filter(({ id }) => id !== vantage.id)
    .map(({ id }) => `${id}=https://${vantageName(fleet, id)}:${controllerPort}`)
    .join(',');

/** Read by the AWS SDK; no key of AWS ever lies on a machine of another cloud. */
function webIdentitySettings(stack: FleetStack, vantage: Vantage, audience: string) {
  const accountId = stack.receive('dns', 'account_id', 'The AWS account of the zone');
  return {
    AWS_TOKEN_AUDIENCE: audience,
    AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
    AWS_ROLE_ARN: `arn:aws:iam::${accountId}:role/${controllerRoleName(stack.fleet, vantage)}`,
    AWS_ROLE_SESSION_NAME: vantage.id,
  };
}

/** Who is let in: the other vantages and, where there is one, the monitoring host. From nowhere, until they are built. */
export const peerSources = (stack: FleetStack, { id: self }: Vantage) => {
  const { vantages, estate } = stack.fleet;
  const vantageIds = vantages.map(({ id }): string => id).filter((id) => id !== self);
  return [...vantageIds, ...(estate.monitoring === null ? [] : ['observability'])].map((id) => ({
    id,
    variable: stack.receiveLate(id, 'egress_address', {
      type: 'string',
      description: `Where ${id} comes from`,
      default: '',
    }),
  }));
};
