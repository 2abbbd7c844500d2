// The fleet on this machine as a drill sees it: faults by its supervisor, orders by its controllers.
import { readFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { fleetFor } from '../../fleet/environments.ts';
import type { Deployment } from '../../fleet/fleet.ts';
import { primaryOf } from '../../fleet/fleet.ts';
import { route53RecordStore } from '../../failover/adapters/route53-record-store.ts';
import { askControl } from '../control.ts';
import type { FleetRecord } from '../fleet-files.ts';
import { giveOrder, vantageStatuses } from '../vantage-client.ts';
import { ZoneClient } from '../zone-client.ts';
import { orderFaults } from './order-faults.ts';
import type { DrillSite, FaultPort } from './drill-site.ts';

/** As in start-fleet.ts: the pinned SDK runs on Node 20, and its warning would stand above every report. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const dnsAnswerMsMax = 500;

export function localSite(record: FleetRecord): DrillSite {
  const fleet = fleetFor('local');
  const deployment = JSON.parse(readFileSync(record.deploymentFile, 'utf8')) as Deployment;
  const caPem = readFileSync(record.caFile, 'utf8');
  const resolver = new Resolver({ timeout: dnsAnswerMsMax, tries: 1 });
  resolver.setServers([record.urls.dns]);
  const store = route53RecordStore({
    fleet,
    hostedZoneId: deployment.hostedZoneId,
    endpoint: record.urls.route53,
  });
  const statusOf = async (vantage: string) => {
    const url = record.urls.vantages[vantage] ?? '';
    const one = { ...record, urls: { ...record.urls, vantages: { [vantage]: url } } };
    return (await vantageStatuses(one))[0]?.status ?? null;
  };
  return {
    title: 'the local fleet',
    fleet,
    deployment,
    faults: supervisorFaults(record),
    statusOf,
    records: () => store.read(),
    ask: (name) => resolver.resolve4(name),
    client: (policy) =>
      new ZoneClient({
        zone: record.zone,
        dnsServer: record.urls.dns,
        port: primaryOf(fleet).port,
        caPem,
        policy,
      }),
    close: async () => store.close(),
  };
}

function supervisorFaults(record: FleetRecord): FaultPort {
  const orders = orderFaults((order) => giveOrder(record, order));
  return {
    cannot: () => null,
    begin: async (drill, blow) => {
      if (blow.on === 'order') return orders.begin(drill, blow);
      const { target, fault, forMs } = blow;
      await askControl(record, 'POST', '/faults', { drill, target, fault, forMs });
    },
    renew: async (drill) => {
      await askControl(record, 'POST', '/lease', { drill });
    },
    restore: async () => {
      await Promise.all([askControl(record, 'DELETE', '/faults'), orders.restore()]);
    },
    active: async () => {
      const active = await askControl(record, 'GET', '/faults');
      return active.map(({ drill, target, fault }) => ({ drill, text: `${fault} of ${target}` }));
    },
  };
}
