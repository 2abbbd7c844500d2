// Liveness and readiness. Liveness looks at nothing outside the process: a restart mends nothing that is elsewhere.
import type { FastifyInstance } from 'fastify';
import type { ModelStates } from '../golden-checks.ts';
import type { InferencePool } from '../pool/inference-pool.ts';
import type { ModelVersion } from '../pool/messages.ts';
import { problem } from '../problem.ts';
import { sendProblem } from '../error-replies.ts';
import { Liveness, ReadinessSchema } from '../schemas/health.ts';

export interface Health {
  readonly region: string;
  readonly pool: InferencePool;
  readonly states: ModelStates;
  readonly isDraining: () => boolean;
}

/** Of one model: another one that errs is no reason to send its readers away. */
export const isModelReady = ({ pool, states, isDraining }: Health, model: ModelVersion): boolean =>
  !isDraining() && pool.status().ready && states.stateOf(model) === 'good';

/** Of the region: every model in production. A candidate that errs is not served, and takes nothing with it. */
export const isReady = (health: Health): boolean =>
  !health.isDraining() && health.pool.status().ready && unfit(health) === undefined;

const unfit = ({ pool, states }: Pick<Health, 'pool' | 'states'>) =>
  pool.status().readiness?.models.find((model) => states.stateOf(model) !== 'good');

export function healthRoutes(app: FastifyInstance, health: Health): void {
  app.get('/livez', { schema: { response: { 200: Liveness } } }, async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return { status: 'live' };
  });

  app.get('/readyz', { schema: { response: { 200: ReadinessSchema } } }, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const state = stateOf(health);
    if (isReady(health)) return { status: 'ready', ...state };
    return sendProblem(request, reply, notReady(health), { ...state, status: 503 });
  });
}

function stateOf({ region, pool }: Health) {
  const { readiness, workersLive, workersWanted } = pool.status();
  return {
    region,
    engine: readiness?.engine ?? null,
    models: readiness?.models.map(({ name, version }) => ({ name, version })) ?? [],
    workers: { live: workersLive, wanted: workersWanted },
  };
}

/** The reason of a fault is for the log: it may hold paths of this machine. */
export function notReady(health: Health) {
  const { ready } = health.pool.status();
  const model = unfit(health);
  return ready && model !== undefined ? modelNotReady(health, model) : poolNotReady(health);
}

export function modelNotReady(health: Health, model: ModelVersion) {
  const state = health.states.stateOf(model);
  if (health.isDraining() || !health.pool.status().ready || state === 'good')
    return poolNotReady(health);
  return state === 'drifting' ? drifting(model) : stale(model);
}

function poolNotReady({ pool, isDraining }: Pick<Health, 'pool' | 'isDraining'>) {
  if (isDraining())
    return problem(
      'draining',
      'This instance is shutting down. It takes nothing new. Ask another.',
    );
  const { readiness, fault } = pool.status();
  if (fault !== null)
    return problem(
      'not-ready',
      'The workers failed. No model reads without having passed its golden self-test. The log says why.',
    );
  return readiness === null
    ? problem('starting', 'The models are being loaded and tested. Nothing reads before. Wait.')
    : problem('no-worker', 'No worker is running. They are being restarted. Wait.');
}

const drifting = ({ name, version }: ModelVersion) =>
  problem(
    'model-drifting',
    `${name} ${version} no longer gives its golden answers on this machine. It reads nothing until it gives them again, twice in a row. Ask another region.`,
  );

const stale = ({ name, version }: ModelVersion) =>
  problem(
    'model-stale',
    `${name} ${version} has not answered its golden inputs for three periods while other work was done. Ask another region; the log says more.`,
  );
