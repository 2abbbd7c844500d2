// Our DNS provider in the bench as a process: the local Route 53 with its own limits, provisioned for the fleet.
import { labFleet } from '../../failover/lab/lab-fleet.ts';
import { say } from '../../failover/lab/say.ts';
import { provision } from '../../local/provision.ts';
import { startRoute53 } from '../../local/route53/server.ts';

const env = (name: string) => process.env[name] ?? '';
const host = env('EVENKEEL_LAB_HOST');

/** From acceptance to being served. The real one says "generally within 60 seconds"; the page adds that openly. */
const pendingMs = 300;
/** The provider's own checks would switch too; here the controller is measured alone. */
const healthCheckIntervalScale = 100;

const { apiUrl } = await startRoute53({
  apiHost: host,
  apiPort: Number(env('EVENKEEL_LAB_API_PORT')),
  dnsHost: host,
  dnsPort: 53,
  pendingMs,
  processingMs: 50,
  healthCheckIntervalScale,
});
const deployment = await provision({
  fleet: labFleet('steady'),
  route53Url: apiUrl,
  nameServer: `${host}:53`,
  addresses: JSON.parse(env('EVENKEEL_LAB_ADDRESSES')) as Record<string, string[]>,
});
say({ ready: true, deployment });
