// Liveness and readiness. Liveness looks at nothing outside the process: a restart mends nothing that is elsewhere.
import type { FastifyInstance } from 'fastify';
import type { InferencePool } from '../pool/inference-pool.ts';
import { problem } from '../problem.ts';
import { sendProblem } from '../error-replies.ts';
import { Liveness, ReadinessSchema } from '../schemas/health.ts';

export interface Health {
  readonly region: string;
  readonly pool: InferencePool;
  readonly isDraining: () => boolean;
}

export const isReady = ({ pool, isDraining }: Health): boolean =>
  !isDraining() && pool.status().ready;

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
export function notReady({ pool, isDraining }: Pick<Health, 'pool' | 'isDraining'>) {
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
