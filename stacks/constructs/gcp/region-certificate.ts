// The public certificate of a region on Google Cloud, which Google issues and renews for as long as our zone holds one record of its.
import { CertificateManagerCertificate } from '@cdktf/provider-google/lib/certificate-manager-certificate/index.js';
import { CertificateManagerDnsAuthorization } from '@cdktf/provider-google/lib/certificate-manager-dns-authorization/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { apiName } from '../../../fleet/records.ts';
import { nameOf } from '../../names.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly dependsOn: readonly ITerraformDependable[];
}

export class RegionCertificate extends Construct {
  readonly id: string;
  /** The CNAME by which the zone agrees; until it is there the balancer answers with no certificate. */
  readonly validation: { readonly name: string; readonly value: string };

  constructor(scope: Construct, id: string, { fleet, region, dependsOn }: Props) {
    super(scope, id);
    const domain = apiName(fleet);
    const authorization = new CertificateManagerDnsAuthorization(this, 'authorization', {
      name: nameOf.gcp(fleet, region.id, 'api'),
      location: region.location,
      // A regional certificate takes this kind only; its record's name is the project's own, so that several may be side by side.
      type: 'PER_PROJECT_RECORD',
      domain,
      dependsOn: [...dependsOn],
    });
    const record = authorization.dnsResourceRecord.get(0);
    this.validation = { name: record.name, value: record.data };
    this.id = new CertificateManagerCertificate(this, 'certificate', {
      name: nameOf.gcp(fleet, region.id, 'api'),
      location: region.location,
      // One authorization covers the name itself and one level below it: <region>.api.<zone>.
      managed: { domains: [domain, `*.${domain}`], dnsAuthorizations: [authorization.id] },
    }).id;
  }
}
