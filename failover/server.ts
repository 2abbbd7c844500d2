// A controller with its real adapters, and the process around it: stops cleanly on SIGTERM and SIGINT.
import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { InputError, isInputError } from '../fleet/errors.ts';
import { dnsObserver } from './adapters/dns-observer.ts';
import { fileJournal } from './adapters/file-journal.ts';
import { fileOrderStore } from './adapters/file-order-store.ts';
import { httpPeers } from './adapters/http-peers.ts';
import { httpsProber } from './adapters/https-prober.ts';
import { route53RecordStore } from './adapters/route53-record-store.ts';
import { systemClock as clock } from './adapters/system-clock.ts';
import { controllerApi } from './api.ts';
import { Controller } from './controller.ts';
import { controllerMetrics } from './metrics.ts';
import { OrderDesk } from './order-desk.ts';
import { settingsFrom } from './settings.ts';
import type { Settings } from './settings.ts';

export interface RunningController {
  readonly url: string;
  readonly controller: Controller;
  close(): Promise<void>;
}

/** Resolves when it beats and serves. `InputError` 'port-taken' when it cannot listen. */
export async function startController(settings: Settings): Promise<RunningController> {
  const { fleet, deployment, vantage, route53Endpoint, stateDir } = settings;
  const { hostedZoneId, nameServers } = deployment;
  const journal = await fileJournal(stateDir, clock);
  const orders = await fileOrderStore(stateDir);
  const store = route53RecordStore({
    fleet,
    hostedZoneId,
    ...(route53Endpoint === null ? {} : { endpoint: route53Endpoint }),
  });
  const prober = httpsProber({ ...settings, clock });
  const peers = httpPeers({
    peers: settings.peers,
    clock,
    timeoutMs: fleet.probe.connectTimeoutMs,
  });
  const controller = new Controller({
    fleet,
    deployment,
    vantage,
    store,
    prober,
    peers,
    journal,
    clock,
    dns: dnsObserver({ fleet, nameServers }),
    desk: await OrderDesk.open({ fleet, clock, store: orders, newId: randomUUID }),
    metrics: controllerMetrics(vantage),
    random: Math.random,
  });
  const api = controllerApi(controller);
  const release = async () => {
    await api.close();
    await Promise.all([prober.close(), peers.close(), journal.close()]);
    store.close();
  };
  try {
    const url = await api.listen({ host: settings.host, port: settings.port });
    await controller.start();
    return {
      url,
      controller,
      close: async () => {
        await controller.stop();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw portTaken(error, settings);
  }
}

function portTaken(error: unknown, { host, port }: Settings): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  const parts = {
    found: `Port ${port} of ${host} is taken`,
    why: 'The other vantages and the operators reach the controller there',
    remedy: 'Stop what listens there, or set EVENKEEL_PORT to another port',
  };
  return new InputError('port-taken', parts, { cause: error });
}

async function main(): Promise<void> {
  try {
    const running = await startController(settingsFrom(process.env));
    console.log(`${running.controller.settings.vantage} watches at ${running.url}`);
    const end = () => void running.close().then(() => process.exit(0));
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
  } catch (error) {
    if (!isInputError(error)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) void main();
