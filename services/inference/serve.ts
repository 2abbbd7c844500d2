// Composes the service from settings (stores, workers, app), listens, and shuts down without losing a request.
import { readFile } from 'node:fs/promises';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { InputError } from '../../fleet/errors.ts';
import { servedVersions } from '../../models/bundle/registry.ts';
import { mirrorObjectStore } from '../adapters/mirror-object-store.ts';
import type { ObjectStore } from '../adapters/object-store.ts';
import { storeAt } from '../adapters/store-at.ts';
import type { UploadIntake } from './upload-intake.ts';
import { lakeSweeper } from '../learning/forget-film.ts';
import { researchDesk } from '../learning/research-desk.ts';
import type { ResearchDesk } from '../learning/research-desk.ts';
import { pagesPlugin } from '../pages/plugin.ts';
import type { Settings, TlsFiles } from '../settings.ts';
import { buildApp } from './app.ts';
import type { Tls } from './hardened-server.ts';
import { followReadings } from './follow-readings.ts';
import { GoldenChecks } from './golden-checks.ts';
import { observeGolden } from './golden-metrics.ts';
import { InputDrift, observeDrift } from './input-drift.ts';
import { closed, listen } from './listen.ts';
import {
  countFinished,
  countProcess,
  countStoreFault,
  createMetrics,
  observePool,
} from './metrics.ts';
import type { Metrics } from './metrics.ts';
import { PointerWatch } from './pointer-watch.ts';
import { systemClock } from './pool/clock.ts';
import type { PoolEvents, Renewed } from './pool/inference-pool.ts';
import { workerSetup } from './pool/messages.ts';
import { WorkerPool } from './pool/worker-pool.ts';
import { workerSpawner } from './pool/worker-process.ts';
import { storedStudies } from './read-study.ts';
import { studySweeper, sweepRegularly } from './sweep-studies.ts';
import { observeCandidates, versionMetrics } from './version-metrics.ts';

type DrainOutcome = 'drained' | 'deadline';

export interface Service {
  readonly app: FastifyInstance;
  /** One per address, with the port that was really taken. */
  readonly urls: readonly string[];
  /** Resolves when nothing of the service is left; safe to call again. */
  drain(): Promise<DrainOutcome>;
}

export interface ServeOptions {
  readonly logTo?: { write(line: string): void };
  /** The worker program; the real one when absent. */
  readonly workerEntry?: URL;
}

/** A mirror in another failure domain gets this long per operation; its round trip takes some 10 to 30 ms. */
const mirrorMsMax = 1_000;

/** Listens at once and is ready later: /readyz turns 200 when the first worker has passed the golden self-tests. */
export async function serve(settings: Settings, options: ServeOptions = {}): Promise<Service> {
  const tls = settings.tls === null ? null : await readTls(settings.tls);
  const metrics = createMetrics(settings);
  const setup = workerSetup(settings, await versionsAtStart(settings.modelsDir));
  const pool = new WorkerPool({ ...settings, setup }, spawnerFor(settings, options), systemClock);
  const { region } = settings;
  const checks = new GoldenChecks({
    pool,
    clock: systemClock,
    periodMs: settings.goldenSeconds * 1_000,
    onChange: (model, state) =>
      app.log[state === 'good' ? 'info' : 'error']({ ...model, state }, 'golden check'),
  });
  const drift = new InputDrift();
  const versions = versionMetrics(metrics.registry);
  const onChanged = (renewed: Renewed | null) => {
    const outcome = renewed?.outcome ?? 'unreadable';
    versions.changes.inc({ outcome });
    app.log[outcome === 'taken-up' ? 'info' : 'error']({ ...renewed, outcome }, 'models changed');
  };
  const watch = pointerWatch(settings, pool, onChanged);
  let isDraining = false;
  const app = await buildApp(settings, { ...options, tls }, async (scope) => {
    const store = await openStudyStore(settings, metrics, scope);
    scope.addHook('onClose', async () => {
      checks.stop();
      watch.stop();
    });
    const onLookup = (outcome: string) => metrics.lookups.inc({ outcome });
    const research = await openResearch(settings, metrics, scope);
    const listener = followReadings({ pool, states: checks, drift, metrics: versions });
    const deps = { region, pool, states: checks, listener, store, onLookup, research };
    const studies = storedStudies(deps);
    const pages = [
      (inner: FastifyInstance, intake: UploadIntake) =>
        pagesPlugin(inner, { studies, region, intake, research }),
    ];
    const drains = { isDraining: () => isDraining };
    return { ...drains, pool, states: checks, studies, metrics, research, pages };
  });
  observe(metrics, { pool, checks, drift });
  const { urls, servers } = await listen(app, settings, tls).catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  pool.start(poolEvents(app.log, metrics, { checks, drift }));
  checks.start();
  watch.start(setup.versions);

  const finish = async () => {
    // Balancers and resolvers must see "not ready" before the listener goes, or their next connections are refused.
    await seconds(settings.drainWaitSeconds);
    await Promise.all([app.close(), closed(servers)]);
    await pool.drain();
  };
  const drain = async (): Promise<DrainOutcome> => {
    isDraining = true;
    const outcome = await within(settings.drainSecondsMax, finish());
    if (outcome === 'deadline') {
      app.log.error({ seconds: settings.drainSecondsMax }, 'not drained in time');
      for (const server of servers) server.closeAllConnections();
      pool.abandon();
    }
    return outcome;
  };
  let draining: Promise<DrainOutcome> | null = null;
  return { app, urls, drain: () => (draining ??= drain()) };
}

const pointerWatch = (
  settings: Settings,
  pool: WorkerPool,
  onOutcome: (renewed: Renewed | null) => void,
) =>
  new PointerWatch({
    read: () => servedVersions(settings.modelsDir),
    renew: (served) => pool.renew(workerSetup(settings, served)),
    clock: systemClock,
    periodMs: settings.pointerSeconds * 1_000,
    onOutcome,
  });

function observe(
  metrics: Metrics,
  observed: {
    readonly pool: WorkerPool;
    readonly checks: GoldenChecks;
    readonly drift: InputDrift;
  },
): void {
  observePool(metrics, observed.pool);
  observeGolden(metrics.registry, observed.checks);
  observeDrift(metrics.registry, observed.drift);
  observeCandidates(metrics.registry, observed.pool);
  countProcess(metrics);
}

/** Null where no pointer can be read: the workers try again, and the log says what is wrong. */
const versionsAtStart = (modelsDir: string) => servedVersions(modelsDir).catch(() => null);

const spawnerFor = (settings: Settings, { workerEntry }: ServeOptions) =>
  workerSpawner({
    heapMiB: settings.workerHeapMiB,
    environment: settings.workerEnvironment,
    ...(workerEntry === undefined ? {} : { entry: workerEntry }),
  });

/** Swept of what is kept for long enough. */
async function openStudyStore(settings: Settings, metrics: Metrics, app: FastifyInstance) {
  const store = await openStore(settings.storeDirs, metrics, app.log);
  const ageMsMax = settings.storedHoursMax * 3_600_000;
  const turn = studySweeper(store, { ageMsMax, nowMs: () => Date.now() });
  sweepRegularly(app, turn, (count) => metrics.swept.inc(count));
  return store;
}

async function openStore(
  dirs: readonly string[],
  metrics: Metrics,
  log: FastifyBaseLogger,
): Promise<ObjectStore> {
  const stores = await Promise.all(dirs.map(storeAt));
  return mirrorObjectStore(stores, {
    operationMsMax: mirrorMsMax,
    onFault(fault) {
      countStoreFault(metrics, fault);
      const { operation, store, error } = fault;
      log.warn({ operation, store, err: error }, 'store fault');
    },
  });
}

/** Null where no place for it is named. */
async function openResearch(
  settings: Settings,
  metrics: Metrics,
  app: FastifyInstance,
): Promise<ResearchDesk | null> {
  const { lakeDirs, lakeDaysMax: daysMax, lakeFilmsMax: filmsMax } = settings;
  if (lakeDirs.length === 0) return null;
  const store = await openStore(lakeDirs, metrics, app.log);
  const turn = lakeSweeper(store, { daysMax, nowMs: Date.now });
  sweepRegularly(app, turn, (count) => metrics.filmsForgotten.inc(count));
  return researchDesk({ store, nowMs: Date.now, daysMax, filmsMax }, (error) =>
    app.log.warn({ err: error }, 'a film given for research was not kept'),
  );
}

function poolEvents(
  log: FastifyBaseLogger,
  metrics: Metrics,
  { checks, drift }: { readonly checks: GoldenChecks; readonly drift: InputDrift },
): PoolEvents {
  const count = countFinished(metrics);
  return {
    finished(run) {
      count(run);
      checks.finished(run);
    },
    workerReady(readiness) {
      checks.workerReady(readiness);
      const { engine, models, candidates, rejected } = readiness;
      drift.keepOnly([...models, ...candidates.map(({ manifest }) => manifest)]);
      for (const candidate of rejected) log.error(candidate, 'candidate rejected');
      log.info(
        { engine: engine.description, models: models.map((m) => `${m.name} ${m.version}`) },
        'worker ready',
      );
    },
    workerLost(loss) {
      metrics.workersLost.inc({ cause: loss.cause });
      log.warn(loss, 'worker lost');
    },
  };
}

async function readTls({ certFile, keyFile }: TlsFiles): Promise<Tls> {
  try {
    const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
    return { cert, key };
  } catch (cause) {
    throw new InputError(
      'tls-unreadable',
      {
        found: `The certificate ${certFile} or its key ${keyFile} cannot be read`,
        why: 'The service was told to speak TLS with them',
        remedy: 'Correct TLS_CERT_FILE and TLS_KEY_FILE, or unset both behind a balancer',
      },
      { cause },
    );
  }
}

const seconds = (count: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, count * 1_000);
  });

async function within(secondsMax: number, work: Promise<void>): Promise<DrainOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<DrainOutcome>((resolve) => {
    timer = setTimeout(() => resolve('deadline'), secondsMax * 1_000);
  });
  try {
    return await Promise.race([work.then(() => 'drained' as const), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
