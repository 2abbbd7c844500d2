// What only whoever deploys to Azure knows: where they sit, and a public key that the API insists on.
import type { FleetStack } from '../../fleet-stack.ts';

interface DeployerParameters {
  readonly adminPublicKey: string;
  /** A Terraform list. */
  readonly deployerAddresses: string[];
}

export function deployerParameters(stack: FleetStack): DeployerParameters {
  const adminPublicKey = stack.parameter('admin_public_key', {
    type: 'string',
    description: 'SSH public key that Azure wants of every Linux machine; no port is open for it',
    validation: {
      condition: 'can(regex("^(ssh-rsa|ssh-ed25519) [0-9A-Za-z+/=]+", var.admin_public_key))',
      errorMessage: 'admin_public_key must be an ssh-rsa or ssh-ed25519 public key.',
    },
  });
  const addresses = stack.parameter('deployer_addresses', {
    type: 'list(string)',
    description:
      'Public IPv4 addresses from which this stack is applied and releases and certificates are brought',
    validation: {
      // Storage takes single addresses without a prefix length, and no private ones.
      condition:
        'length(var.deployer_addresses) > 0 && alltrue([for a in var.deployer_addresses : can(regex("^[0-9]{1,3}(\\\\.[0-9]{1,3}){3}$", a))])',
      errorMessage: 'deployer_addresses must name at least one IPv4 address, without a prefix.',
    },
  });
  return {
    adminPublicKey: adminPublicKey.stringValue,
    deployerAddresses: addresses.listValue,
  };
}
