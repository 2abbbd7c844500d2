// The DNS provider of the experiment: the strict Route 53, provisioned for the first arm, which tells how far its zone is from an arm's.
import { route53RecordStore } from '../../../failover/adapters/route53-record-store.ts';
import { onTold, say } from '../../../failover/lab/say.ts';
import {
  diffRecords,
  isTerm,
  peacetimeIntent,
  planRecords,
  termOf,
} from '../../../fleet/records.ts';
import { parseStrategy } from '../../../fleet/strategy-text.ts';
import { provision } from '../../../local/provision.ts';
import { startLabRoute53 } from '../../failover/lab-route53.ts';
import { armFrom } from './environment.ts';
import type { ArmSettings } from './environment.ts';
import { experimentFleet } from './experiment-fleet.ts';

/** Five a second serve three controllers in peace; a change of arms restarts all of them at once. */
const requestsPerSecond = 50;

const { apiUrl, nameServer } = await startLabRoute53({ requestsPerSecond });
const { fleet, addresses } = armFrom(process.env);
const deployment = await provision({
  fleet,
  route53Url: apiUrl,
  nameServer,
  addresses,
});
const store = route53RecordStore({
  fleet,
  hostedZoneId: deployment.hostedZoneId,
  endpoint: apiUrl,
});

/** How many records differ from the arm's in peacetime. */
async function distance({ strategy, ttlSeconds }: ArmSettings): Promise<number> {
  const wanted = experimentFleet(parseStrategy(strategy), ttlSeconds);
  const standing = await store.read();
  const desired = planRecords(wanted, deployment, peacetimeIntent(wanted), termOf(standing));
  return diffRecords(standing, desired).filter(({ record }) => !isTerm(record)).length;
}

onTold((line) => {
  void distance(JSON.parse(line) as ArmSettings).then((records) =>
    say({ event: 'distance', records }),
  );
});
say({ ready: true, deployment });
