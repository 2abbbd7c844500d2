// CloudFront in front of the service: the pages' own files are cached, everything else goes through.
import { CloudfrontDistribution } from '@cdktf/provider-aws/lib/cloudfront-distribution/index.js';
import type { CloudfrontDistributionDefaultCacheBehavior } from '@cdktf/provider-aws/lib/cloudfront-distribution/index.js';
import { Construct } from 'constructs';

interface Props {
  /** What clinicians open. */
  readonly name: string;
  /** Resolved by CloudFront for each connection, so that it follows the failover like everybody else. */
  readonly origin: string;
  readonly certificateArn: string;
  readonly firewallArn: string;
}

/** AWS's own policies have the same ids in every account (CloudFront developer guide, "Use managed ... policies"). */
const managed = {
  cachingDisabled: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  cachingOptimized: '658327ea-f89d-4fab-a63d-7e88639e58f6',
  allViewerExceptHost: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
  /** HSTS, nosniff, frame and referrer rules; where the service sends a stricter one, the service's stands. */
  securityHeaders: '67f7725c-6f97-4210-82d7-5512b31e9d03',
} as const;

const originId = 'regions';
/** The most that CloudFront gives without asking; after an upload has arrived the service answers within 30 s or refuses. */
const answerSecondsMax = 60;
/** A region that was just lost does not answer SYNs: the next of its addresses is tried soon. */
const connectSecondsMax = 3;
const connectAttemptsMax = 3;
const idleSeconds = 30;

export class PagesDistribution extends Construct {
  readonly distributionId: string;
  /** What the alias records of the name lead to. */
  readonly alias: { readonly name: string; readonly zoneId: string };

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const distribution = new CloudfrontDistribution(this, 'pages', {
      enabled: true,
      comment: props.name,
      aliases: [props.name],
      httpVersion: 'http2and3',
      isIpv6Enabled: true,
      // Europe and North America: where the regions are.
      priceClass: 'PriceClass_100',
      webAclId: props.firewallArn,
      origin: [originOf(props.origin)],
      defaultCacheBehavior: passedThrough,
      orderedCacheBehavior: [{ ...kept, pathPattern: '/assets/*' }],
      viewerCertificate: {
        acmCertificateArn: props.certificateArn,
        minimumProtocolVersion: 'TLSv1.2_2021',
        sslSupportMethod: 'sni-only',
      },
      // Clinicians travel, and the service knows nothing of countries.
      restrictions: { geoRestriction: { restrictionType: 'none' } },
    });
    this.distributionId = distribution.id;
    this.alias = { name: distribution.domainName, zoneId: distribution.hostedZoneId };
  }
}

const originOf = (domainName: string) => ({
  originId,
  domainName,
  connectionAttempts: connectAttemptsMax,
  connectionTimeout: connectSecondsMax,
  customOriginConfig: {
    // Never used, and required by the API.
    httpPort: 80,
    httpsPort: 443,
    originProtocolPolicy: 'https-only',
    originSslProtocols: ['TLSv1.2'],
    originReadTimeout: answerSecondsMax,
    originKeepaliveTimeout: idleSeconds,
  },
});

const behaviour = {
  targetOriginId: originId,
  compress: true,
  // Whoever types the name without a scheme; HSTS spares them the second time.
  viewerProtocolPolicy: 'redirect-to-https',
  responseHeadersPolicyId: managed.securityHeaders,
} as const;

/** Films are in these pages: no cache may keep them. CloudFront knows three sets of methods, and POST is in the largest only. */
const passedThrough: CloudfrontDistributionDefaultCacheBehavior = {
  ...behaviour,
  allowedMethods: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
  cachedMethods: ['GET', 'HEAD'],
  cachePolicyId: managed.cachingDisabled,
  originRequestPolicyId: managed.allViewerExceptHost,
};

/** Style sheets, scripts and pictures of the pages, as long as the service allows. */
const kept: CloudfrontDistributionDefaultCacheBehavior = {
  ...behaviour,
  allowedMethods: ['GET', 'HEAD'],
  cachedMethods: ['GET', 'HEAD'],
  cachePolicyId: managed.cachingOptimized,
};
