// An account's name as it can stand in a certificate.
import { isIdentityName } from '../fleet/identity.ts';

const lengthMax = 63;

/** `Jane.Doe` becomes `jane-doe`; a name of which nothing is left becomes `operator`. */
export function identityNameOf(account: string): string {
  const name = account
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, lengthMax)
    .replaceAll(/^-|-$/g, '');
  return isIdentityName(name) ? name : 'operator';
}
