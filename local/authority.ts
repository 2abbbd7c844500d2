// A certificate authority for one local fleet: it lives as long as the fleet and its key never leaves memory.
import { generate } from 'selfsigned';

const validityMs = 30 * 24 * 3_600_000;

interface Certificate {
  readonly certPem: string;
  readonly keyPem: string;
}

export interface Authority {
  /** What clients must trust. */
  readonly caPem: string;
  /** A server certificate for DNS names. */
  issue(names: readonly string[]): Promise<Certificate>;
}

export async function createAuthority(nowMs: number): Promise<Authority> {
  const validity = {
    // A day of grace for clocks that differ, as between a virtual machine and its host.
    notBeforeDate: new Date(nowMs - 24 * 3_600_000),
    notAfterDate: new Date(nowMs + validityMs),
    algorithm: 'sha256',
    keyType: 'ec',
  } as const;
  const ca = await generate([{ name: 'commonName', value: 'Evenkeel local authority' }], {
    ...validity,
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    caPem: ca.cert,
    issue: async (names) => {
      const leaf = await generate([{ name: 'commonName', value: names[0] ?? 'evenkeel' }], {
        ...validity,
        ca: { key: ca.private, cert: ca.cert },
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) },
        ],
      });
      return { certPem: leaf.cert, keyPem: leaf.private };
    },
  };
}
