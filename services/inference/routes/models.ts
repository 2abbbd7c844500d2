// GET /v1/models: what can be read here, in words for people who choose.
import type { FastifyInstance } from 'fastify';
import type { Studies } from '../../studies.ts';
import { ServedModelsSchema } from '../schemas/study.ts';

export function modelRoutes(
  app: FastifyInstance,
  { studies }: { readonly studies: Studies },
): void {
  app.get('/v1/models', { schema: { response: { 200: ServedModelsSchema } } }, async () => ({
    models: studies.models(),
  }));
}
