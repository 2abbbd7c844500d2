// Who may call the pipelines: machine clients with OAuth client credentials, each with the scopes of its work.
import { CognitoResourceServer } from '@cdktf/provider-aws/lib/cognito-resource-server/index.js';
import { CognitoUserPool } from '@cdktf/provider-aws/lib/cognito-user-pool/index.js';
import { CognitoUserPoolClient } from '@cdktf/provider-aws/lib/cognito-user-pool-client/index.js';
import { CognitoUserPoolDomain } from '@cdktf/provider-aws/lib/cognito-user-pool-domain/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import type { PipelinePlace } from './pipeline-place.ts';

const identifier = 'pipelines';

/** As a token carries them: `pipelines/structured`. */
export const scopes = {
  structured: `${identifier}/structured`,
  imageBatch: `${identifier}/image-batch`,
  activeLearning: `${identifier}/active-learning`,
} as const;
type Scope = keyof typeof scopes;

const descriptions: Readonly<Record<Scope, string>> = {
  structured: 'Have rows of measurements read at once',
  imageBatch: 'Have batches of radiographs read',
  activeLearning: 'Have models trained anew',
};

/** A clinic's systems read; only those who answer for the models train them. */
const clients: Readonly<Record<string, readonly Scope[]>> = {
  clinic: ['structured', 'imageBatch'],
  research: ['structured', 'imageBatch', 'activeLearning'],
};

/** Short, because nobody can take a token back; a machine fetches the next one in 100 ms. */
const tokenMinutes = 30;

export class ClientPool extends Construct {
  readonly issuer: string;
  readonly tokenUrl: string;
  /** By name. Their secrets are read from Cognito by those who run the clients, and stand in no output. */
  readonly clientIds: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { fleet, region }: PipelinePlace) {
    super(scope, id);
    const { protectsData } = fleet.estate;
    const pool = new CognitoUserPool(this, 'pool', {
      name: nameOf.aws(fleet, 'pipelines'),
      deletionProtection: protectsData ? 'ACTIVE' : 'INACTIVE',
      // Nobody signs up: there are machines only.
      adminCreateUserConfig: { allowAdminCreateUserOnly: true },
      mfaConfiguration: 'OFF',
    });
    const server = new CognitoResourceServer(this, 'server', {
      userPoolId: pool.id,
      identifier,
      name: identifier,
      scope: Object.entries(descriptions).map(([name, scopeDescription]) => ({
        scopeName: scopes[name as Scope].slice(identifier.length + 1),
        scopeDescription,
      })),
    });
    const domain = new CognitoUserPoolDomain(this, 'domain', {
      userPoolId: pool.id,
      domain: nameOf.worldBucket(fleet, 'pipelines'),
    });
    this.clientIds = Object.fromEntries(
      Object.entries(clients).map(([name, granted]) => [
        name,
        new CognitoUserPoolClient(this, name, {
          userPoolId: pool.id,
          name: nameOf.aws(fleet, name),
          generateSecret: true,
          allowedOauthFlowsUserPoolClient: true,
          allowedOauthFlows: ['client_credentials'],
          allowedOauthScopes: granted.map((one) => scopes[one]),
          accessTokenValidity: tokenMinutes,
          tokenValidityUnits: [{ accessToken: 'minutes' }],
          enableTokenRevocation: true,
          dependsOn: [server],
        }).id,
      ]),
    );
    this.issuer = `https://cognito-idp.${region.location}.amazonaws.com/${pool.id}`;
    this.tokenUrl = `https://${domain.domain}.auth.${region.location}.amazoncognito.com/oauth2/token`;
  }
}
