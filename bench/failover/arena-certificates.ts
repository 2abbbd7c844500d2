// The certificates of a bench in files: one name for all regions, and for each of our vantages who it is.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet } from '../../fleet/fleet.ts';
import { apiName } from '../../fleet/records.ts';
import { createAuthority } from '../../local/authority.ts';
import type { Certificate } from '../../local/authority.ts';

/** As settings of the programs. */
type Settings = Readonly<Record<string, string>>;

export interface ArenaCertificates {
  readonly region: Settings;
  readonly vantages: Readonly<Record<string, Settings>>;
}

/** Clients, and so the probes, trust `ca.pem` in this folder. */
export async function arenaCertificates(
  fleet: Fleet,
  directory: string,
): Promise<ArenaCertificates> {
  const authority = await createAuthority(Date.now());
  const authorityFile = join(directory, 'ca.pem');
  writeFileSync(authorityFile, authority.caPem);
  const kept = (name: string, { certPem, keyPem }: Certificate) => {
    const [cert, key] = [join(directory, `${name}.crt`), join(directory, `${name}.key`)];
    writeFileSync(cert, certPem);
    writeFileSync(key, keyPem, { mode: 0o600 });
    return { cert, key };
  };
  const region = kept('region', await authority.issue([apiName(fleet)]));
  const vantages = fleet.vantages.map(async ({ id }): Promise<[string, Settings]> => {
    const identity = { role: 'vantage', name: id } as const;
    const request = { zone: fleet.zone, identity, names: [], addresses: [] };
    const { cert, key } = kept(id, await authority.issueIdentity(request));
    return [
      id,
      {
        EVENKEEL_TLS_CERT_FILE: cert,
        EVENKEEL_TLS_KEY_FILE: key,
        EVENKEEL_TLS_AUTHORITY_FILE: authorityFile,
      },
    ];
  });
  return {
    region: { EVENKEEL_LAB_CERT: region.cert, EVENKEEL_LAB_KEY: region.key },
    vantages: Object.fromEntries(await Promise.all(vantages)),
  };
}
