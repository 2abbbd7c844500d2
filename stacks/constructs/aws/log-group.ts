// A CloudWatch log group under a key of ours, that forgets after the environment's time.
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import type { TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';

/** CloudWatch takes these and nothing between. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

/** The next longer time that CloudWatch knows. */
const retentionOf = (days: number): number =>
  retentionDays.find((known) => known >= days) ?? Math.max(...retentionDays);

export interface LogGroupSettings {
  readonly name: string;
  readonly keyArn: string;
  readonly retentionDays: number;
  readonly provider?: TerraformProvider;
}

export const logGroup = (
  scope: Construct,
  id: string,
  { name, keyArn, retentionDays: days, provider }: LogGroupSettings,
): CloudwatchLogGroup =>
  new CloudwatchLogGroup(scope, id, {
    name,
    kmsKeyId: keyArn,
    retentionInDays: retentionOf(days),
    ...(provider === undefined ? {} : { provider }),
  });
