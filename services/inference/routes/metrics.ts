// GET /metrics, for Prometheus.
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.ts';

export function metricsRoutes(
  app: FastifyInstance,
  { metrics }: { readonly metrics: Metrics },
): void {
  app.get('/metrics', async (_request, reply) => {
    const text = await metrics.registry.metrics();
    return reply.header('cache-control', 'no-store').type(metrics.registry.contentType).send(text);
  });
}
