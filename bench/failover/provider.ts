// Our DNS provider in the bench as a process: the local Route 53 with its own limits, provisioned for the fleet.
import { labFleet } from '../../failover/lab/lab-fleet.ts';
import { say } from '../../failover/lab/say.ts';
import { provision } from '../../local/provision.ts';
import { startLabRoute53 } from './lab-route53.ts';

const { apiUrl, nameServer } = await startLabRoute53();
const deployment = await provision({
  fleet: labFleet('steady'),
  route53Url: apiUrl,
  nameServer,
  addresses: JSON.parse(process.env['EVENKEEL_LAB_ADDRESSES'] ?? '{}') as Record<string, string[]>,
});
say({ ready: true, deployment });
