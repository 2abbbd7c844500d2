// Two clinics that upload without a pause: one whose client tries every address of an answer, and one that tries the first.
import { readFileSync } from 'node:fs';
import { onTold, say } from '../../../failover/lab/say.ts';
import { ZoneClient } from '../../../local/zone-client.ts';
import type { AddressPolicy } from '../../../local/zone-client.ts';

const everyMs = 200;
const env = (name: string) => process.env[name] ?? '';
const body = Buffer.from('a film');

function clinic(policy: AddressPolicy): ZoneClient {
  const client = new ZoneClient({
    zone: env('EVENKEEL_LAB_ZONE'),
    dnsServer: env('EVENKEEL_LAB_NAME_SERVERS').split(',')[0] ?? '',
    port: 8_443,
    caPem: readFileSync(env('EVENKEEL_LAB_CA'), 'utf8'),
    policy,
  });
  const upload = async () => {
    const at = Date.now();
    try {
      const { address, status } = await client.send({ method: 'POST', path: '/v1/studies', body });
      say({ at, event: 'upload', policy, address, ok: status === 200, tookMs: Date.now() - at });
    } catch (error) {
      say({ at, event: 'upload', policy, ok: false, tookMs: Date.now() - at, why: String(error) });
    }
  };
  // An open loop: a clinic does not send less because the service is slow.
  setInterval(() => void upload(), everyMs);
  return client;
}

clinic('every');
const first = clinic('first');

/** The address that the simple client shall hold, as chance would have it sooner or later. */
onTold((address) => {
  void first.hold(address).then(() => say({ event: 'held', address }));
});
say({ ready: true });
