// A controller with its real adapters, and the process around it: stops cleanly on SIGTERM and SIGINT.
import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { InputError, isInputError } from '../fleet/errors.ts';
import { apiName } from '../fleet/records.ts';
import { dnsObserver } from './adapters/dns-observer.ts';
import { dnsResolvers } from './adapters/dns-resolvers.ts';
import { fileJournal } from './adapters/file-journal.ts';
import { fileOrderStore } from './adapters/file-order-store.ts';
import { httpFlags } from './adapters/http-flags.ts';
import { httpsProber } from './adapters/https-prober.ts';
import { route53RecordStore } from './adapters/route53-record-store.ts';
import { systemClock as clock } from './adapters/system-clock.ts';
import { tcpCanaries } from './adapters/tcp-canaries.ts';
import { controllerApi } from './api.ts';
import { Controller } from './controller.ts';
import { startLiveness } from './liveness.ts';
import type { Liveness } from './liveness.ts';
import { controllerMetrics } from './metrics.ts';
import { OrderDesk } from './order-desk.ts';
import { ResolverWatch } from './resolver-watch.ts';
import { settingsFrom } from './settings.ts';
import type { Settings } from './settings.ts';
import { trustOf } from './trust.ts';

export interface RunningController {
  readonly url: string;
  readonly controller: Controller;
  close(): Promise<void>;
}

/** Resolves when it beats and serves. `InputError` 'port-taken' when it cannot listen, 'wrong-certificate' when it is nobody. */
export async function startController(settings: Settings): Promise<RunningController> {
  const { fleet, deployment, vantage, stateDir } = settings;
  const { nameServers } = deployment;
  const journal = await fileJournal(stateDir, clock);
  const orders = await fileOrderStore(stateDir);
  const store = storeOf(settings);
  const prober = httpsProber({ ...settings, clock });
  const flags = flagsOf(settings);
  const metrics = controllerMetrics(vantage);
  const trust = trustOf({
    ...settings,
    clock,
    metrics,
    say: (...said) => void controller.chronicle.recordOnce(...said),
  });
  const controller = new Controller({
    fleet,
    deployment,
    vantage,
    store,
    prober,
    canaries: tcpCanaries({
      targets: fleet.probe.canary.targets,
      timeoutMs: fleet.probe.connectTimeoutMs,
    }),
    peers: trust.peers,
    journal,
    clock,
    dns: dnsObserver({ fleet, nameServers }),
    flags,
    desk: await OrderDesk.open({ fleet, clock, store: orders, newId: randomUUID }),
    metrics,
    random: Math.random,
  });
  const resolvers = new ResolverWatch({
    ask: dnsResolvers({ name: apiName(fleet), servers: settings.resolvers }),
    records: () => controller.writer.snapshot?.records ?? null,
    metrics,
    clock,
  });
  const api = controllerApi(controller, trust.door);
  const unattend = trust.attend(api.server);
  let liveness: Liveness | null = null;
  const release = async () => {
    unattend();
    await Promise.all([api.close(), liveness?.close(), resolvers.stop()]);
    await Promise.all([prober.close(), trust.peers.close(), flags?.close(), journal.close()]);
    store.close();
  };
  try {
    const url = await api.listen({ host: settings.host, port: settings.port });
    if (settings.livenessPort !== null)
      liveness = await startLiveness(settings.host, settings.livenessPort);
    await controller.start();
    resolvers.start();
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

const storeOf = ({ fleet, deployment, route53Endpoint }: Settings) =>
  route53RecordStore({
    fleet,
    hostedZoneId: deployment.hostedZoneId,
    ...(route53Endpoint === null ? {} : { endpoint: route53Endpoint }),
  });

const flagsOf = ({ fleet, flagsUrl }: Settings) =>
  flagsUrl === null ? null : httpFlags({ folderUrl: flagsUrl, timeoutMs: fleet.probe.timeoutMs });

function portTaken(error: unknown, { host, port }: Settings): unknown {
  const { code, port: taken = port } = error as NodeJS.ErrnoException & { readonly port?: number };
  if (code !== 'EADDRINUSE') return error;
  const parts = {
    found: `Port ${taken} of ${host} is taken`,
    why: 'The other vantages and the operators reach the controller there',
    remedy:
      'Stop what listens there, or set EVENKEEL_PORT (or EVENKEEL_LIVENESS_PORT) to another port',
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
