// Every alert of Prometheus, in one place: docs, tests and the monitoring host take them from here.
import type { Fleet } from '../../../fleet/fleet.ts';
import type { Alert } from './alert.ts';
import { controllerAlerts } from './controller-alerts.ts';
import { burnAlerts } from './objectives.ts';
import { policyAlerts } from './policy-alerts.ts';
import { serviceAlerts } from './service-alerts.ts';

export const alertRules = ({ steering }: Fleet): Readonly<Record<string, readonly Alert[]>> => ({
  promises: burnAlerts,
  service: serviceAlerts,
  controllers: [...controllerAlerts(steering), ...policyAlerts(steering)],
});
