// The local Route 53 as a testbed's provider of DNS, where its process was told to stand.
import { startRoute53 } from '../../local/route53/server.ts';

const env = (name: string) => process.env[name] ?? '';

/** From acceptance to being served. The real one says "generally within 60 seconds": who publishes figures adds that openly. */
const pendingMs = 300;
/** The provider's own checks would switch too; here the controller is measured alone. */
const healthCheckIntervalScale = 100;

export async function startLabRoute53(limits: { readonly requestsPerSecond?: number } = {}) {
  const host = env('EVENKEEL_LAB_HOST');
  const { apiUrl } = await startRoute53({
    apiHost: host,
    apiPort: Number(env('EVENKEEL_LAB_API_PORT')),
    dnsHost: host,
    dnsPort: 53,
    pendingMs,
    processingMs: 50,
    healthCheckIntervalScale,
    ...limits,
  });
  return { apiUrl, nameServer: `${host}:53` };
}
