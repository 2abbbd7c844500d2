// What a controller may do: change the fleet's own records of one zone, and look. Nothing else, not even other names there.
import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy/index.js';
import type { Construct } from 'constructs';
import type { Fleet } from '../../../fleet/fleet.ts';
import { apiName, regionName, termName } from '../../../fleet/records.ts';
import { nameOf } from '../../names.ts';

/**
 * The condition keys judge every change of a batch. Names are normalized: lower case, no trailing dot, the underscore as it is
 * (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html).
 */
export function controllerPolicy(scope: Construct, fleet: Fleet, zoneId: string): IamPolicy {
  const zone = `arn:aws:route53:::hostedzone/${zoneId}`;
  const names = [
    apiName(fleet),
    ...fleet.regions.map(({ id }) => regionName(fleet, id)),
    termName(fleet),
  ];
  return new IamPolicy(scope, 'controller-policy', {
    name: nameOf.role(fleet, 'controller-records'),
    description: 'Change the records of the fleet, and read them back',
    policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'ChangeTheFleetsRecords',
          Effect: 'Allow',
          Action: 'route53:ChangeResourceRecordSets',
          Resource: zone,
          Condition: {
            'ForAllValues:StringEquals': {
              'route53:ChangeResourceRecordSetsNormalizedRecordNames': names,
              'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'TXT'],
              'route53:ChangeResourceRecordSetsActions': ['CREATE', 'UPSERT', 'DELETE'],
            },
          },
        },
        {
          Sid: 'ReadTheZone',
          Effect: 'Allow',
          Action: 'route53:ListResourceRecordSets',
          Resource: zone,
        },
        {
          Sid: 'AskWhetherAChangeIsServed',
          Effect: 'Allow',
          Action: 'route53:GetChange',
          // The id of a change is not known before it is made.
          Resource: 'arn:aws:route53:::change/*',
        },
      ],
    }),
  });
}
