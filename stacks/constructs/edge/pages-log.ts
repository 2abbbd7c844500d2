// Who asked the edge for what and how it went, in a log group under our own key: enough for an incident, nothing of a patient.
import { CloudwatchLogDelivery } from '@cdktf/provider-aws/lib/cloudwatch-log-delivery/index.js';
import { CloudwatchLogDeliveryDestination } from '@cdktf/provider-aws/lib/cloudwatch-log-delivery-destination/index.js';
import { CloudwatchLogDeliverySource } from '@cdktf/provider-aws/lib/cloudwatch-log-delivery-source/index.js';
import { CloudwatchLogResourcePolicy } from '@cdktf/provider-aws/lib/cloudwatch-log-resource-policy/index.js';
import { Construct } from 'constructs';
import type { Fleet } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { logGroup } from '../aws/log-group.ts';
import { logDelivery } from './log-delivery.ts';

interface Props {
  readonly fleet: Fleet;
  readonly accountId: string;
  readonly location: string;
  readonly keyArn: string;
  readonly distributionId: string;
}

/** No query string, referrer, user agent or cookie: those may carry what somebody typed. */
const fields = [
  'timestamp',
  'x-edge-location',
  'c-ip',
  'cs-method',
  'cs-uri-stem',
  'cs-protocol',
  'cs-protocol-version',
  'cs-bytes',
  'sc-status',
  'sc-bytes',
  'ssl-protocol',
  'ssl-cipher',
  'time-taken',
  'time-to-first-byte',
  'x-edge-request-id',
  'x-edge-detailed-result-type',
];

/**
 * Delivered by CloudWatch's log service: CloudFront's older way needs a bucket with access control lists, which all of ours refuse
 * (CloudFront developer guide, "Standard logging (v2)").
 */
export class PagesLog extends Construct {
  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { fleet, accountId, location, keyArn, distributionId } = props;
    const name = nameOf.aws(fleet, 'pages-access');
    const group = logGroup(this, 'notes', {
      name: `/evenkeel/${name}`,
      keyArn,
      retentionDays: fleet.estate.logRetentionDays,
    });
    const permission = new CloudwatchLogResourcePolicy(this, 'permission', {
      policyName: name,
      policyDocument: logDelivery(group.arn, accountId, location),
    });
    const source = new CloudwatchLogDeliverySource(this, 'source', {
      name,
      logType: 'ACCESS_LOGS',
      resourceArn: `arn:aws:cloudfront::${accountId}:distribution/${distributionId}`,
    });
    const destination = new CloudwatchLogDeliveryDestination(this, 'destination', {
      name,
      outputFormat: 'json',
      deliveryDestinationConfiguration: [{ destinationResourceArn: group.arn }],
    });
    new CloudwatchLogDelivery(this, 'delivery', {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.arn,
      recordFields: fields,
      dependsOn: [permission],
    });
  }
}
