// Where an operator raises a flag over a region, as it is built: the one bucket of the fleet that everyone may read a part of.
import type { Fleet } from '../../../fleet/fleet.ts';
import { flagFolder } from '../../../fleet/flag.ts';
import { flagBucketOf } from '../../flag-bucket.ts';
import type { FleetStack } from '../../fleet-stack.ts';
import { HardenedBucket } from '../aws/hardened-bucket.ts';

interface Props {
  readonly fleet: Fleet;
  readonly accessLogBucket: string;
  readonly noncurrentDays: number;
}

export function flagBucket(stack: FleetStack, { fleet, ...common }: Props): HardenedBucket {
  const { name } = flagBucketOf(fleet);
  return new HardenedBucket(stack, 'flags', {
    ...common,
    name,
    isProtected: fleet.estate.protectsData,
    // Route 53's checkers have no identity: they read what everyone may read, and what KMS does not guard.
    keyArn: null,
    allowsPublicPolicy: true,
    statements: [
      {
        Sid: 'AnyoneMaySeeWhetherAFlagIsRaised',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${name}/${flagFolder}*`,
      },
    ],
  });
}
