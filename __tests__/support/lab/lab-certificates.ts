// The certificates of a testbed: for the regions' name by an authority that all trust and by one that nobody knows, and
// for each vantage and the operator, who they are.
import { writeFileSync } from 'node:fs';
import type { Identity } from '../../../fleet/identity.ts';
import { createAuthority } from '../../../local/authority.ts';
import type { Authority, Certificate } from '../../../local/authority.ts';

const operatorIdentity: Identity = { role: 'operator', name: 'testbed' };

type Place = (name: string) => string;
type Settings = Readonly<Record<string, string>>;

export interface LabCertificates {
  readonly trusted: Settings;
  readonly unknown: Settings;
  /** By the name of the process that proves itself with it. */
  readonly identities: Readonly<Record<string, Settings>>;
}

export async function labCertificates(
  zone: string,
  vantages: readonly string[],
  file: Place,
): Promise<LabCertificates> {
  const forRegions = async (name: string, caName: string): Promise<Settings> => {
    const authority = await newAuthority(file(caName));
    const { cert, key } = kept(name, await authority.issue([`api.${zone}`]), file);
    return { EVENKEEL_LAB_CERT: cert, EVENKEEL_LAB_KEY: key };
  };
  const authority = await newAuthority(file('identities.pem'));
  const settingsOf = async (identity: Identity): Promise<Settings> => {
    const request = { zone, identity, names: [], addresses: [] };
    const issued = await authority.issueIdentity(request);
    const { cert, key } = kept(`${identity.role}-${identity.name}`, issued, file);
    return {
      EVENKEEL_TLS_CERT_FILE: cert,
      EVENKEEL_TLS_KEY_FILE: key,
      EVENKEEL_TLS_AUTHORITY_FILE: file('identities.pem'),
    };
  };
  const identities: Record<string, Settings> = { operator: await settingsOf(operatorIdentity) };
  for (const name of vantages) identities[name] = await settingsOf({ role: 'vantage', name });
  return {
    trusted: await forRegions('trusted', 'ca.pem'),
    unknown: await forRegions('unknown', 'unknown-ca.pem'),
    identities,
  };
}

async function newAuthority(caFile: string): Promise<Authority> {
  const authority = await createAuthority(Date.now());
  writeFileSync(caFile, authority.caPem);
  return authority;
}

function kept(name: string, { certPem, keyPem }: Certificate, file: Place) {
  const [cert, key] = [file(`${name}.crt`), file(`${name}.key`)];
  writeFileSync(cert, certPem);
  writeFileSync(key, keyPem, { mode: 0o600 });
  return { cert, key };
}
