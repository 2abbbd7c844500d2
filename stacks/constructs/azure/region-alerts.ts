// When a region on Azure wakes someone: the balancer or its machines do not answer, or they are about to stop doing so.
import { MonitorActionGroup } from '@cdktf/provider-azurerm/lib/monitor-action-group/index.js';
import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import type { RegionPlace } from './region-place.ts';

interface Props {
  readonly place: RegionPlace;
  readonly balancerId: string;
  readonly groupId: string;
  readonly vaultId: string;
}

interface Alert {
  readonly description: string;
  /** 0 is the worst. */
  readonly severity: 0 | 1 | 2 | 3;
  readonly resourceId: string;
  readonly metric: readonly [namespace: string, name: string];
  readonly operator: 'LessThan' | 'GreaterThan';
  readonly threshold: number;
  readonly window: 'PT5M' | 'PT15M';
}

export class RegionAlerts extends Construct {
  constructor(scope: Construct, id: string, { place, ...ids }: Props) {
    super(scope, id);
    const { fleet, region, group } = place;
    const mail = new MonitorActionGroup(this, 'mail', {
      name: nameOf.azure(fleet, region.id),
      resourceGroupName: group.name,
      // At most 12 characters; it stands in text messages.
      shortName: 'evenkeel',
      emailReceiver: [
        { name: 'alerts', emailAddress: fleet.estate.alertEmail, useCommonAlertSchema: true },
      ],
    });
    for (const [name, alert] of Object.entries(alerts(ids)))
      new MonitorMetricAlert(this, name, {
        name: nameOf.azure(fleet, region.id, name),
        resourceGroupName: group.name,
        description: alert.description,
        severity: alert.severity,
        scopes: [alert.resourceId],
        frequency: 'PT1M',
        windowSize: alert.window,
        criteria: [
          {
            metricNamespace: alert.metric[0],
            metricName: alert.metric[1],
            aggregation: 'Average',
            operator: alert.operator,
            threshold: alert.threshold,
          },
        ],
        action: [{ actionGroupId: mail.id }],
      });
  }
}

const balancers = 'Microsoft.Network/loadBalancers';

const alerts = ({
  balancerId,
  groupId,
  vaultId,
}: Omit<Props, 'place'>): Readonly<Record<string, Alert>> => ({
  front: {
    description: 'The balancer itself is not reached: see the service health of the location.',
    severity: 0,
    resourceId: balancerId,
    metric: [balancers, 'VipAvailability'],
    operator: 'LessThan',
    threshold: 90,
    window: 'PT5M',
  },
  unready: {
    description:
      'A third of the probes fail: machines are not ready. See the last release, and the certificate.',
    severity: 1,
    resourceId: balancerId,
    metric: [balancers, 'DipAvailability'],
    operator: 'LessThan',
    threshold: 67,
    window: 'PT5M',
  },
  busy: {
    description: 'Machines are at their limit: raise `max`, or find out who sends so much.',
    severity: 2,
    resourceId: groupId,
    metric: ['Microsoft.Compute/virtualMachineScaleSets', 'Percentage CPU'],
    operator: 'GreaterThan',
    threshold: 85,
    window: 'PT15M',
  },
  vault: {
    description: 'The vault does not answer: machines that start now get no certificate.',
    severity: 2,
    resourceId: vaultId,
    metric: ['Microsoft.KeyVault/vaults', 'Availability'],
    operator: 'LessThan',
    threshold: 90,
    window: 'PT15M',
  },
});
