// A KMS key that rotates, with an alias, for this account and the AWS services that are named.
import { Construct } from 'constructs';
import type { TerraformProvider } from 'cdktf';
import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias/index.js';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';

export interface EncryptionKeySettings {
  readonly alias: string;
  readonly description: string;
  readonly accountId: string;
  /** Service principals that encrypt on our behalf, e.g. `logs.eu-west-3.amazonaws.com`. */
  readonly services: readonly string[];
  /** Of the key's policy besides those for the account and the services; there, `*` means this key. */
  readonly statements?: readonly object[];
  readonly isProtected: boolean;
  readonly provider?: TerraformProvider;
}

/** AWS waits between 7 and 30 days before a key, and all that it encrypts, is gone. */
const deletionWindowDays = { protected: 30, other: 7 };

export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, settings: EncryptionKeySettings) {
    super(scope, id);
    const { alias, description, isProtected, provider } = settings;
    const at = provider === undefined ? {} : { provider };
    const key = new KmsKey(this, 'key', {
      description,
      enableKeyRotation: true,
      deletionWindowInDays: isProtected ? deletionWindowDays.protected : deletionWindowDays.other,
      policy: keyPolicy(settings),
      ...(isProtected ? { lifecycle: { preventDestroy: true } } : {}),
      ...at,
    });
    new KmsAlias(this, 'alias', { name: `alias/${alias}`, targetKeyId: key.keyId, ...at });
    this.arn = key.arn;
  }
}

/** In a key's own policy `*` means this key. Without the first statement nobody, not even its makers, could change the key. */
function keyPolicy({ accountId, services, statements = [] }: EncryptionKeySettings): string {
  const account = {
    Sid: 'RightsComeFromRolesOfThisAccount',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      account,
      ...[...services].sort().map((service) => encryptionBy(service, accountId)),
      ...statements,
    ],
  });
}

/** What encrypts and decrypts is the same for everyone who may. */
export const encryptionActions = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncrypt*',
  'kms:GenerateDataKey*',
  'kms:DescribeKey',
] as const;

const logService = /^logs\.([a-z0-9-]+)\.amazonaws\.com$/;

/**
 * CloudWatch's logs say which log group they act for in the encryption context, and only there ("Encrypt log data in CloudWatch
 * Logs", step 2); other services say whose account.
 */
function encryptionBy(service: string, accountId: string): object {
  const [, location] = logService.exec(service) ?? [];
  return {
    Sid: `EncryptionBy${service.replaceAll(/[^a-z0-9]/gi, '')}`,
    Effect: 'Allow',
    Principal: { Service: service },
    Action: encryptionActions,
    Resource: '*',
    Condition:
      location === undefined
        ? { StringEquals: { 'aws:SourceAccount': accountId } }
        : {
            ArnLike: {
              'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${location}:${accountId}:log-group:*`,
            },
          },
  };
}
