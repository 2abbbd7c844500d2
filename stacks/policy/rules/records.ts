// What is kept of what happened: logs with an end, traffic, and who did what.
import { all, forTypes, rule, unless } from '../rule.ts';
import type { Judge } from '../rule.ts';
import { blocksAt, isAll, referring, valuesAt } from '../stack-facts.ts';
import type { Resource, StackFacts } from '../stack-facts.ts';

const keptForDays = (path: string): Judge =>
  unless('does not say how long it keeps logs', ({ body }) =>
    valuesAt(body, path).some((days) => Number(days) > 0),
  );

export const logRetentionRule = rule({
  id: 'log-retention',
  what: 'Every log has a number of days',
  why: 'Logs kept for ever cost for ever and are personal data without an end; logs kept for the default may be gone when asked for',
  remedy: 'Set the retention of the environment',
  judges: {
    aws_cloudwatch_log_group: keptForDays('retention_in_days'),
    google_logging_project_bucket_config: keptForDays('retention_days'),
    azurerm_log_analytics_workspace: keptForDays('retention_in_days'),
  },
});

/** Ranges that Google's own proxies use: nothing of ours sends from there. */
const proxyOnly = ['REGIONAL_MANAGED_PROXY', 'GLOBAL_MANAGED_PROXY', 'PRIVATE_SERVICE_CONNECT'];

export const trafficRecordRule = rule({
  id: 'traffic-record',
  what: 'Every network keeps a record of who spoke with whom',
  why: 'Without it an intrusion can be suspected but never followed',
  remedy: 'Add flow logs',
  judges: {
    aws_vpc: unless(
      'has no flow log',
      (vpc, facts) => referring(facts, vpc, ['aws_flow_log']).length > 0,
    ),
    google_compute_subnetwork: unless(
      'has no flow log',
      ({ body }) =>
        blocksAt(body, 'log_config').length > 0 ||
        valuesAt(body, 'purpose').some((purpose) => proxyOnly.includes(String(purpose))),
    ),
    azurerm_virtual_network: unless(
      'has no flow log',
      (network, facts) =>
        referring(facts, network, ['azurerm_network_watcher_flow_log']).length > 0,
    ),
  },
});

const isEmptyGroup: Judge = (vpc, facts) =>
  referring(facts, vpc, ['aws_default_security_group']).some(
    ({ body }) => blocksAt(body, 'ingress').length === 0 && blocksAt(body, 'egress').length === 0,
  )
    ? []
    : ['has a default security group through which its members reach each other and everything'];

export const closedByDefaultRule = rule({
  id: 'closed-by-default',
  what: 'A network lets nothing through that nobody has asked for',
  why: 'What is put into a network without a thought must not be reachable by that',
  remedy: 'Take over the default group without rules; make networks without default subnets',
  judges: {
    aws_vpc: isEmptyGroup,
    google_compute_network: unless('makes subnets by itself', ({ body }) =>
      isAll(body, 'auto_create_subnetworks', false),
    ),
    ...forTypes(
      ['azurerm_subnet'],
      unless('has machines reach the internet without a NAT', ({ body }) =>
        isAll(body, 'default_outbound_access_enabled', false),
      ),
    ),
  },
});

const isForWholeAccount = ({ body }: Resource) =>
  isAll(body, 'is_multi_region_trail', true) && isAll(body, 'include_global_service_events', true);

/** One trail of the account is enough for what is done everywhere; others may add what is done in their region. */
const isCovered = (facts: StackFacts) =>
  facts.environment.some((trail) => trail.type === 'aws_cloudtrail' && isForWholeAccount(trail));

export const auditTrailRule = rule({
  id: 'audit-trail',
  what: 'The record of who did what covers every region and shows if it was changed',
  why: 'An intruder works where nobody looks, and then tidies up',
  remedy:
    'Turn on the validation of log files, and in one trail all regions and the global services',
  judges: {
    aws_cloudtrail: all(
      unless('can be changed without a trace', ({ body }) =>
        isAll(body, 'enable_log_file_validation', true),
      ),
      unless('leaves out regions that no other trail covers', (_, facts) => isCovered(facts)),
    ),
  },
});
