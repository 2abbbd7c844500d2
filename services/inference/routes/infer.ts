// POST /v2/models/{model}[/versions/{version}]/infer: tensors in, tensors out.
import type { FastifyInstance } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { InferencePool } from '../pool/inference-pool.ts';
import { InferRequest, InferResponse, ModelParams } from '../schemas/open-inference.ts';
import { chosenVersion, withProductionBehind } from '../choose-version.ts';
import type { ModelStates } from '../golden-checks.ts';
import { refuseDrifting, servedManifest } from '../served-manifest.ts';
import { answerTensors, checkRequestedOutputs, samplesFrom } from '../tensors.ts';

export function inferRoutes(
  plain: FastifyInstance,
  { pool, states }: { readonly pool: InferencePool; readonly states: ModelStates },
): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const schema = { params: ModelParams, body: InferRequest, response: { 200: InferResponse } };
  for (const url of ['/v2/models/:model/infer', '/v2/models/:model/versions/:version/infer'])
    app.post(url, { schema }, async ({ params, body }, reply) => {
      const production = servedManifest(pool, params);
      const chosen =
        params.version === undefined
          ? chosenVersion({ pool, states }, production, () => bytesOf(body.inputs))
          : production;
      reply.header('cache-control', 'no-store');
      return withProductionBehind({ chosen, production }, async (manifest) => {
        refuseDrifting(states, manifest);
        checkRequestedOutputs(body, manifest);
        const { input, n } = samplesFrom(body, manifest);
        const output = await pool.infer(manifest, input, n);
        return {
          model_name: manifest.name,
          model_version: manifest.version,
          ...(body.id === undefined ? {} : { id: body.id }),
          outputs: answerTensors(output, n, { manifest, requested: body.outputs }),
        };
      });
    });
}

const bytesOf = (inputs: unknown) => new TextEncoder().encode(JSON.stringify(inputs));
