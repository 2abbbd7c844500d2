// What clients may ask of the pipelines: bodies are checked here once, and trusted behind.
import { Type } from 'typebox';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { InputError } from '../../fleet/errors.ts';

const rowsMax = 1_000;
const imagesMax = 1_000;
const uploadsMax = 100;

/** Becomes the last segment of an object key. */
const id = Type.String({ pattern: '^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$' });
const model = Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' });
const version = Type.String({ pattern: '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)$' });
const idsUpTo = (maxItems: number) => Type.Array(id, { minItems: 1, maxItems });
const closed = { additionalProperties: false };

const StructuredBody = Type.Object(
  {
    model,
    ids: idsUpTo(rowsMax),
    rows: Type.Array(Type.Array(Type.Number(), { minItems: 1, maxItems: 1_024 }), {
      minItems: 1,
      maxItems: rowsMax,
    }),
  },
  closed,
);
const UploadsBody = Type.Object({ ids: idsUpTo(uploadsMax) }, closed);
const ImageBatchBody = Type.Object({ model, ids: idsUpTo(imagesMax) }, closed);
const ActiveLearningBody = Type.Object(
  {
    recipe: model,
    modelVersion: version,
    /** A published version whose weights the training begins with; else with the backbone's. */
    continueFrom: Type.Optional(version),
    seed: Type.Integer({ minimum: 0, maximum: 2 ** 24 - 1 }),
  },
  closed,
);

export type StructuredRequest = Static<typeof StructuredBody>;
export type ImageBatchRequest = Static<typeof ImageBatchBody>;
export type ActiveLearningRequest = Static<typeof ActiveLearningBody>;

/** All four: `InputError` 'wrong-request'. */
export function structuredRequest(value: unknown): StructuredRequest {
  const body = checked(StructuredBody, value);
  const [first] = body.rows;
  if (body.ids.length !== body.rows.length || body.rows.some((r) => r.length !== first?.length))
    throw wrong(
      `There are ${body.ids.length} ids and ${body.rows.length} rows`,
      'Each row has one id, and all rows have the same number of measurements',
      'Send as many ids as rows, and complete the rows',
    );
  return { ...body, ids: distinct(body.ids) };
}

export const uploadsRequest = (value: unknown): readonly string[] =>
  distinct(checked(UploadsBody, value).ids);

export function imageBatchRequest(value: unknown): ImageBatchRequest {
  const body = checked(ImageBatchBody, value);
  return { ...body, ids: distinct(body.ids) };
}

export const activeLearningRequest = (value: unknown): ActiveLearningRequest =>
  checked(ActiveLearningBody, value);

function checked<T extends TSchema>(schema: T, value: unknown): Static<T> {
  if (Value.Check(schema, value)) return value;
  const [first] = Value.Errors(schema, value);
  throw wrong(
    `${first?.instancePath === undefined || first.instancePath === '' ? 'The body' : first.instancePath} ${first?.message ?? 'is wrong'}`,
    'The request does not have the documented form',
    'Correct it and send it again',
  );
}

function distinct(ids: readonly string[]): string[] {
  const repeated = ids.find((one, i) => ids.indexOf(one) !== i);
  if (repeated === undefined) return [...ids];
  throw wrong(
    `The id "${repeated}" stands twice`,
    'Answers are told apart by their ids',
    'Give each an id of its own',
  );
}

const wrong = (found: string, why: string, remedy: string) =>
  new InputError('wrong-request', { found, why, remedy });
