// A certificate for api.<zone> of the production fleet, and what a prober must trust to accept it.
import { createAuthority } from '../../local/authority.ts';

export async function apiCertificate(names: readonly string[] = ['api.evenkeel.example']) {
  const authority = await createAuthority(Date.now());
  const { certPem, keyPem } = await authority.issue(names);
  return { ca: authority.caPem, cert: certPem, key: keyPem };
}
