// A private certificate authority: makes server certificates for names, and certificates that say who somebody is.
import { generate } from 'selfsigned';
import { identityUri } from '../fleet/identity.ts';
import type { Identity } from '../fleet/identity.ts';

const localValidityMs = 30 * 24 * 3_600_000;
/** A day of grace for clocks that differ, as between a virtual machine and its host. */
const graceMs = 24 * 3_600_000;

export interface Certificate {
  readonly certPem: string;
  readonly keyPem: string;
}

interface IdentityRequest {
  readonly zone: string;
  readonly identity: Identity;
  /** Where it may be reached besides, for tools that look at nothing else. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

export interface Authority {
  /** What clients must trust. */
  readonly caPem: string;
  /** A server certificate for DNS names. */
  issue(names: readonly string[]): Promise<Certificate>;
  /** For both ends of a connection. */
  issueIdentity(request: IdentityRequest): Promise<Certificate>;
}

const validity = (nowMs: number, forMs: number) =>
  ({
    notBeforeDate: new Date(nowMs - graceMs),
    notAfterDate: new Date(nowMs + forMs),
    algorithm: 'sha256',
    keyType: 'ec',
  }) as const;

/** Its key signs everything: whoever has it is everybody. */
export async function makeAuthority(
  commonName: string,
  nowMs: number,
  forMs: number,
): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
    ...validity(nowMs, forMs),
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { certPem: cert, keyPem: key };
}

export function authorityWith(ca: Certificate, nowMs: number, forMs: number): Authority {
  const sign = async (
    commonName: string,
    altNames: readonly AlternativeName[],
    purposes: { readonly serverAuth: true; readonly clientAuth?: true },
  ): Promise<Certificate> => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
      ...validity(nowMs, forMs),
      ca: { key: ca.keyPem, cert: ca.certPem },
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', ...purposes },
        { name: 'subjectAltName', altNames: [...altNames] },
      ],
    });
    return { certPem: cert, keyPem: key };
  };
  return {
    caPem: ca.certPem,
    issue: (names) => sign(names[0] ?? 'evenkeel', names.map(dnsName), { serverAuth: true }),
    issueIdentity: ({ zone, identity, names, addresses }) =>
      sign(
        identity.name,
        [
          { type: 6, value: identityUri(zone, identity) },
          ...names.map(dnsName),
          ...addresses.map((ip) => ({ type: 7, ip }) as const),
        ],
        { serverAuth: true, clientAuth: true },
      ),
  };
}

type AlternativeName =
  { readonly type: 2 | 6; readonly value: string } | { readonly type: 7; readonly ip: string };

const dnsName = (value: string): AlternativeName => ({ type: 2, value });

/** For one local fleet: it lives as long as the fleet, and its key never leaves memory. */
export const createAuthority = async (nowMs: number): Promise<Authority> =>
  authorityWith(
    await makeAuthority('Evenkeel local authority', nowMs, localValidityMs),
    nowMs,
    localValidityMs,
  );
