// Which method and path is which operation.

import * as checks from './health-checks.ts';
import * as zones from './hosted-zones.ts';
import * as sets from './record-sets.ts';
import type { Operation } from './service.ts';

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: Operation;
}

// `:id` takes what the client put there; whether it exists is the operation's question.
const route = (method: string, path: string, operation: Operation): Route => ({
  method,
  path: new RegExp(`^/2013-04-01${path.replace(':id', '([^/]{1,64})')}/?$`),
  operation,
});

const routes: readonly Route[] = [
  route('POST', '/hostedzone', zones.createHostedZone),
  route('GET', '/hostedzone', zones.listHostedZones),
  route('GET', '/hostedzonesbyname', zones.listHostedZonesByName),
  route('GET', '/hostedzone/:id', zones.getHostedZone),
  route('DELETE', '/hostedzone/:id', zones.deleteHostedZone),
  route('POST', '/hostedzone/:id/rrset', sets.changeResourceRecordSets),
  route('GET', '/hostedzone/:id/rrset', sets.listResourceRecordSets),
  route('GET', '/testdnsanswer', sets.testDnsAnswer),
  route('GET', '/change/:id', zones.getChange),
  route('POST', '/healthcheck', checks.createHealthCheck),
  route('GET', '/healthcheck', checks.listHealthChecks),
  route('GET', '/healthcheck/:id', checks.getHealthCheck),
  route('POST', '/healthcheck/:id', checks.updateHealthCheck),
  route('DELETE', '/healthcheck/:id', checks.deleteHealthCheck),
  route('GET', '/healthcheck/:id/status', checks.getHealthCheckStatus),
  route('GET', '/healthcheck/:id/lastfailurereason', checks.getHealthCheckLastFailureReason),
];

export function findOperation(
  method: string,
  path: string,
): { operation: Operation; ids: readonly string[] } | null {
  for (const { method: wanted, path: pattern, operation } of routes) {
    const match = method === wanted ? pattern.exec(path) : null;
    if (match !== null) return { operation, ids: match.slice(1) };
  }
  return null;
}
