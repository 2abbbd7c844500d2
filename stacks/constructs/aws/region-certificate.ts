// The certificate of one AWS region, validated in the zone; it is renewed by AWS as long as the record stands.
import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate/index.js';
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation/index.js';
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js';
import { Construct } from 'constructs';

interface Props {
  /** The first is the certificate's subject, the others stand beside it. */
  readonly names: readonly [string, ...string[]];
  readonly zoneId: string;
  readonly provider?: AwsProvider;
}

const validationTtlSeconds = 300;

export class RegionCertificate extends Construct {
  /** Of the certificate once it is issued: a listener cannot be made with one that is not. */
  readonly arn: string;

  constructor(scope: Construct, id: string, { names, zoneId, provider }: Props) {
    super(scope, id);
    const [domainName, ...others] = names;
    const at = provider === undefined ? {} : { provider };
    const certificate = new AcmCertificate(this, 'certificate', {
      domainName,
      subjectAlternativeNames: others,
      validationMethod: 'DNS',
      lifecycle: { createBeforeDestroy: true },
      ...at,
    });
    const records = names.map(
      (name, i) =>
        new Route53Record(this, `validation-${i + 1}`, {
          zoneId,
          name: validationOf(certificate, name, 'resource_record_name'),
          type: validationOf(certificate, name, 'resource_record_type'),
          ttl: validationTtlSeconds,
          records: [validationOf(certificate, name, 'resource_record_value')],
          // AWS asks every region of one account for the same record.
          allowOverwrite: true,
          ...at,
        }),
    );
    this.arn = new AcmCertificateValidation(this, 'validated', {
      certificateArn: certificate.arn,
      validationRecordFqdns: records.map((record) => record.fqdn),
      ...at,
    }).certificateArn;
  }
}

/**
 * What AWS asks for to prove one of the names. Its answers are a set, whose order nobody knows before the apply: each is found by
 * its name, which is known.
 */
const validationOf = (certificate: AcmCertificate, name: string, attribute: string): string =>
  `\${one([for option in ${certificate.fqn}.domain_validation_options : option.${attribute} if option.domain_name == "${name}"])}`;
