// Open Inference Protocol v2: server, health and model metadata, and the repository's index as Triton spells it.
import type { FastifyInstance } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { sendProblem } from '../error-replies.ts';
import { servedManifest } from '../served-manifest.ts';
import {
  ModelMetadata,
  ModelParams,
  RepositoryIndex,
  ServerMetadata,
} from '../schemas/open-inference.ts';
import { inputTensor, outputTensors } from '../tensors.ts';
import { isModelReady, isReady, modelNotReady, notReady } from './health.ts';
import type { Health } from './health.ts';

export interface OpenInference extends Health {
  readonly version: string;
}

export function openInferenceRoutes(plain: FastifyInstance, options: OpenInference): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const { pool, version } = options;

  app.get('/v2', { schema: { response: { 200: ServerMetadata } } }, async () => ({
    name: 'evenkeel',
    version,
    extensions: ['model_repository(index)'],
  }));

  app.get('/v2/health/live', async () => ({ live: true }));

  app.get('/v2/health/ready', async (request, reply) =>
    isReady(options)
      ? { ready: true }
      : sendProblem(request, reply, notReady(options), { ready: false }),
  );

  for (const url of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    app.get(
      url,
      { schema: { params: ModelParams, response: { 200: ModelMetadata } } },
      async ({ params }) => {
        const manifest = servedManifest(pool, params);
        return {
          name: manifest.name,
          versions: [manifest.version],
          platform: 'onnx_onnxv1',
          inputs: [inputTensor(manifest)],
          outputs: [...outputTensors(manifest)],
        };
      },
    );

    app.get(`${url}/ready`, { schema: { params: ModelParams } }, async (request, reply) => {
      const manifest = servedManifest(pool, request.params);
      const { name } = manifest;
      if (isModelReady(options, manifest)) return { name, ready: true };
      const why = modelNotReady(options, manifest);
      return sendProblem(request, reply, why, { name, ready: false });
    });
  }

  app.post('/v2/repository/index', { schema: { response: { 200: RepositoryIndex } } }, async () =>
    (pool.status().readiness?.models ?? []).map(({ name, version: newest }) => ({
      name,
      version: newest,
      state: 'READY',
      reason: '',
    })),
  );
}
