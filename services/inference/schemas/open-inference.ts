// Open Inference Protocol v2, the JSON (REST) form: github.com/kserve/open-inference-protocol, "Required API".
import { Type } from 'typebox';
import type { Static } from 'typebox';

const Parameters = Type.Record(
  Type.String(),
  Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
);

const name = Type.String({ minLength: 1, maxLength: 128 });

export const ModelParams = Type.Object({ model: name, version: Type.Optional(name) });

export const InferRequest = Type.Object({
  id: Type.Optional(Type.String({ maxLength: 256 })),
  parameters: Type.Optional(Parameters),
  inputs: Type.Array(
    Type.Object({
      name,
      shape: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1, maxItems: 8 }),
      datatype: Type.String({ maxLength: 16 }),
      parameters: Type.Optional(Parameters),
      // Flat or nested, 150,000 numbers and more: checked while it is copied, not item by item against a schema.
      data: Type.Array(Type.Unknown()),
    }),
    { minItems: 1, maxItems: 16 },
  ),
  outputs: Type.Optional(
    Type.Array(Type.Object({ name, parameters: Type.Optional(Parameters) }), {
      minItems: 1,
      maxItems: 16,
    }),
  ),
});
export type InferRequestBody = Static<typeof InferRequest>;

export const InferResponse = Type.Object({
  model_name: Type.String(),
  model_version: Type.String(),
  id: Type.Optional(Type.String()),
  outputs: Type.Array(
    Type.Object({
      name: Type.String(),
      shape: Type.Array(Type.Integer()),
      datatype: Type.String(),
      data: Type.Array(Type.Number()),
    }),
  ),
});

const TensorMetadata = Type.Object({
  name: Type.String(),
  datatype: Type.String(),
  shape: Type.Array(Type.Integer(), { description: '-1 is a size that varies' }),
});

export const ModelMetadata = Type.Object({
  name: Type.String(),
  versions: Type.Array(Type.String()),
  platform: Type.String(),
  inputs: Type.Array(TensorMetadata),
  outputs: Type.Array(TensorMetadata),
});

export const ServerMetadata = Type.Object({
  name: Type.String(),
  version: Type.String(),
  extensions: Type.Array(Type.String()),
});

export const RepositoryIndex = Type.Array(
  Type.Object({
    name: Type.String(),
    version: Type.String(),
    state: Type.String(),
    reason: Type.String(),
  }),
);
