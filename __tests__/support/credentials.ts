// Certificates for tests: of vantages, operators and impostors, from one authority or from a stranger's.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CredentialFiles } from '../../failover/adapters/credentials.ts';
import type { Identity } from '../../fleet/identity.ts';
import { authorityWith, makeAuthority } from '../../local/authority.ts';

const hourMs = 3_600_000;
/** Of all authorities: several may write into one folder. */
let serial = 0;

export interface TestAuthority {
  readonly caPem: string;
  /** Files in the folder. `forMs` below zero: it has ended already; `zone`: of another environment. */
  issue(
    identity: Identity,
    more?: { readonly forMs?: number; readonly zone?: string },
  ): Promise<CredentialFiles>;
}

export async function testAuthority(folder: string, zone: string): Promise<TestAuthority> {
  const ca = await makeAuthority('Authority of a test', Date.now(), hourMs);
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  return {
    caPem: ca.certPem,
    issue: async (identity, { forMs = hourMs, zone: trustDomain = zone } = {}) => {
      const { certPem, keyPem } = await authorityWith(ca, Date.now(), forMs).issueIdentity({
        zone: trustDomain,
        identity,
        names: [],
        addresses: ['127.0.0.1'],
      });
      const name = `${identity.name}-${(serial += 1)}`;
      return {
        certFile: file(`${name}.crt`, certPem),
        keyFile: file(`${name}.key`, keyPem),
        authorityFile: file(`${name}.ca`, ca.certPem),
      };
    },
  };
}
