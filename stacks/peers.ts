// How the vantages find each other, and how those outside AWS come to the right to change records: applied after all of them.
import { IamOpenidConnectProvider } from '@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js';
import { Fn } from 'cdktf';
import type { App } from 'cdktf';
import type { Fleet, Vantage } from '../fleet/fleet.ts';
import { FleetStack } from './fleet-stack.ts';
import { awsProvider } from './providers.ts';
import { vantageName } from './vantage-name.ts';
import { controllerRoleName, tokenAudienceOf } from './vantage-program.ts';

/** IAM's and Route 53's control plane. */
const controlPlane = 'us-east-1';
const addressTtlSeconds = 300;
const sessionSecondsMax = 3_600;

/** Google is known to AWS without being declared (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html). */
const google = 'accounts.google.com';

export class PeersStack extends FleetStack {
  constructor(app: App, fleet: Fleet) {
    super(app, 'peers', fleet, { cloud: 'aws' });
    awsProvider(this, controlPlane);
    const zoneId = this.receive('zone', 'hosted_zone_id', 'The hosted zone');
    for (const { id } of fleet.vantages)
      new Route53Record(this, `address-${id}`, {
        zoneId,
        name: vantageName(fleet, id),
        type: 'A',
        ttl: addressTtlSeconds,
        records: [this.receive(id, 'address', `Where ${id} is reached`)],
      });
    for (const vantage of fleet.vantages.filter(({ cloud }) => cloud === 'gcp'))
      this.role(vantage, this.googleTrust(vantage));
    this.azureRoles(fleet.vantages.filter(({ cloud }) => cloud === 'azure'));
  }

  private role(vantage: Vantage, trust: object): void {
    const role = new IamRole(this, `role-${vantage.id}`, {
      name: controllerRoleName(this.fleet, vantage),
      description: `Taken by ${vantage.id} with the identity of its machine`,
      maxSessionDuration: sessionSecondsMax,
      assumeRolePolicy: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    });
    new IamRolePolicyAttachment(this, `may-change-records-${vantage.id}`, {
      role: role.name,
      policyArn: this.receive(
        'dns',
        'controller_policy_arn',
        'What a controller may do in the zone',
      ),
    });
  }

  /** One service account, by the number that is never given to another. */
  private googleTrust({ id }: Vantage): object {
    const identity = this.receive(id, 'identity', `Unique id of the service account of ${id}`);
    return {
      Effect: 'Allow',
      Principal: { Federated: google },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${google}:sub`]: identity,
          [`${google}:oaud`]: tokenAudienceOf(this.fleet),
        },
      },
    };
  }

  /**
   * One managed identity each; their tokens are made out to an application that the tenant has registered. The fleet has one
   * subscription and so one tenant, and AWS takes an issuer only once.
   */
  private azureRoles(vantages: readonly Vantage[]): void {
    const [first] = vantages;
    if (first === undefined) return;
    const tenant = this.receive(first.id, 'tenant_id', `Tenant of ${first.id}`);
    const issuer = `sts.windows.net/${tenant}/`;
    const audienceOf = ({ id }: Vantage) =>
      this.receive(id, 'token_audience', `What the tokens of ${id} are made out to`);
    const provider = new IamOpenidConnectProvider(this, `tenant-of-${first.id}`, {
      url: `https://${issuer}`,
      clientIdList: Fn.distinct(vantages.map(audienceOf)),
    });
    for (const vantage of vantages) {
      const { id } = vantage;
      const identity = this.receive(
        id,
        'identity',
        `Principal id of the managed identity of ${id}`,
      );
      this.role(vantage, {
        Effect: 'Allow',
        Principal: { Federated: provider.arn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${issuer}:sub`]: identity, [`${issuer}:aud`]: audienceOf(vantage) },
        },
      });
    }
  }
}
