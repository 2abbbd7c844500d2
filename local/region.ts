// One local region as a process: the inference service behind its balancer, under the supervisor's command.
import { serve } from '../services/inference/serve.ts';
import { settingsFrom } from '../services/settings.ts';
import { startBalancer } from './balancer.ts';
import { isFaultMessage } from './faults.ts';
import { underSupervision } from './supervision.ts';

await underSupervision(async () => {
  // Clients reach the balancer on the region's own address; the service is behind it, on a port nobody knows.
  const service = await serve(settingsFrom({ ...process.env, HOST: '127.0.0.1', PORT: '0' }));
  const [url = ''] = service.urls;
  const { hostname: host, port } = new URL(url);
  const address = process.env['EVENKEEL_REGION_ADDRESS'] ?? '';
  const publicPort = Number(process.env['EVENKEEL_REGION_PORT']);
  const balancer = await startBalancer({
    host: address,
    port: publicPort,
    target: { host, port: Number(port) },
  });
  process.on('message', (message) => {
    if (!isFaultMessage(message)) return;
    balancer.suffer(message.fault).catch((error: unknown) => console.error(error));
  });
  return {
    url: `https://${address}:${publicPort}`,
    stop: async () => {
      await service.drain();
      await balancer.close();
    },
  };
});
