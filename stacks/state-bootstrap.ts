// Where Terraform keeps what it has built: one versioned bucket, locked by an object, copied to a second place.
import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import type { App } from 'cdktf';
import type { Fleet } from '../fleet/fleet.ts';
import { BucketCopy } from './constructs/aws/bucket-copy.ts';
import { EncryptionKey } from './constructs/aws/encryption-key.ts';
import { accessLogDelivery, HardenedBucket } from './constructs/aws/hardened-bucket.ts';
import { flagBucket } from './constructs/vantage/flag-bucket.ts';
import { flagBucketOf } from './flag-bucket.ts';
import { FleetStack, stateBucketName } from './fleet-stack.ts';
import { nameOf } from './names.ts';
import { awsProvider } from './providers.ts';

/** A state can be brought back as it was at any time within a year. */
const noncurrentDays = 365;

export class StateBootstrapStack extends FleetStack {
  constructor(app: App, fleet: Fleet) {
    super(app, 'state', fleet, { cloud: 'aws', holdsData: true });
    const { stateLocations, protectsData } = fleet.estate;
    const [home, away] = stateLocations;
    awsProvider(this, home);
    const awayProvider = awsProvider(this, away, 'copy');
    const { accountId } = new DataAwsCallerIdentity(this, 'account');
    const keyOf = (id: string, provider?: typeof awayProvider) =>
      new EncryptionKey(this, `${id}-key`, {
        alias: nameOf.aws(fleet, 'state', id),
        description: 'Encrypts the state of Terraform',
        accountId,
        services: [],
        isProtected: protectsData,
        ...(provider === undefined ? {} : { provider }),
      });
    const common = { isProtected: protectsData, noncurrentDays };
    // The bucket of the notes cannot note accesses to itself, and S3 delivers notes under its own key only.
    const logName = nameOf.worldBucket(fleet, 'state', 'access-log');
    const log = new HardenedBucket(this, 'access-log', {
      ...common,
      name: logName,
      keyArn: null,
      accessLogBucket: null,
      statements: [accessLogDelivery(logName, accountId)],
    });
    // Flags stand with the first AWS vantage; here only where the fleet has none.
    if (flagBucketOf(fleet).vantage === null)
      flagBucket(this, { fleet, accessLogBucket: log.policy.id, noncurrentDays });
    const homeKey = keyOf('home');
    const awayKey = keyOf('copy', awayProvider);
    const bucket = new HardenedBucket(this, 'home', {
      ...common,
      name: stateBucketName(fleet),
      keyArn: homeKey.arn,
      accessLogBucket: log.policy.id,
    });
    const copy = new HardenedBucket(this, 'copy', {
      ...common,
      name: nameOf.worldBucket(fleet, 'state', 'copy'),
      keyArn: awayKey.arn,
      accessLogBucket: null,
      provider: awayProvider,
    });
    new BucketCopy(this, 'replication', {
      roleName: nameOf.role(fleet, 'state', 'replication'),
      from: bucket,
      fromKeyArn: homeKey.arn,
      to: copy,
      toKeyArn: awayKey.arn,
      locations: { from: home, to: away },
    });
    this.publish('state_bucket', bucket.bucket.id, 'Where every stack keeps its state');
  }
}
