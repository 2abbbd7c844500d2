// A key of one's own for one kind of data, which only Google's agent for that kind may use.
import { KmsCryptoKey } from '@cdktf/provider-google/lib/kms-crypto-key/index.js';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member/index.js';
import type { KmsKeyRing } from '@cdktf/provider-google/lib/kms-key-ring/index.js';
import { Construct } from 'constructs';

interface Props {
  readonly ring: KmsKeyRing;
  readonly name: string;
  /** The service agents that encrypt and decrypt for us, as members of IAM policies. */
  readonly agents: Readonly<Record<string, string>>;
  readonly isProtected: boolean;
}

const daySeconds = 86_400;
const rotationDays = 90;
/** How long a destroyed version can be brought back; a day is the least Google allows. */
const destroyDays = (isProtected: boolean) => (isProtected ? 30 : 1);

export class EncryptionKey extends Construct {
  readonly id: string;
  /** What is encrypted with the key must wait for these. */
  readonly grants: readonly KmsCryptoKeyIamMember[];

  constructor(scope: Construct, id: string, { ring, name, agents, isProtected }: Props) {
    super(scope, id);
    const key = new KmsCryptoKey(this, 'key', {
      name,
      keyRing: ring.id,
      purpose: 'ENCRYPT_DECRYPT',
      rotationPeriod: `${rotationDays * daySeconds}s`,
      destroyScheduledDuration: `${destroyDays(isProtected) * daySeconds}s`,
      lifecycle: { preventDestroy: isProtected },
    });
    this.id = key.id;
    this.grants = Object.entries(agents).map(
      ([agent, member]) =>
        new KmsCryptoKeyIamMember(this, agent, {
          cryptoKeyId: key.id,
          role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
          member,
        }),
    );
  }
}
