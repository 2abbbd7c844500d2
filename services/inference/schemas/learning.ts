// Feedback, withdrawal and the learning queue as JSON Schema: validation, serialisation and documentation from one source.
import { Type } from 'typebox';
import { shown } from '../../../models/learn/opinions.ts';
import type { Shown } from '../../../models/learn/opinions.ts';
import { roles } from '../../learning/lake-records.ts';

const oneOf = <T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(values.map((value) => Type.Literal(value))));

export const FeedbackBody = Type.Object(
  {
    opinion: oneOf(['agree', 'disagree', 'relabel'] as const),
    shows: Type.Optional(oneOf(shown)),
    grade: Type.Optional(
      Type.String({
        maxLength: 64,
        description: 'Of a model that grades: one of its grades, as the reading names them',
      }),
    ),
    role: Type.Optional(oneOf(roles)),
  },
  { additionalProperties: false },
);

export const FeedbackReply = Type.Object({
  id: Type.String({ description: 'UUID' }),
  shows: Type.Unsafe<Shown | null>(
    Type.Union([oneOf(shown), Type.Null()], {
      description: 'What the film shows by this opinion; null where it names nothing',
    }),
  ),
});

export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(Type.String()),
});

export const WithdrawalBody = Type.Object(
  { token: Type.String({ maxLength: 128 }) },
  { additionalProperties: false },
);

export const WithdrawalReply = Type.Object({
  film: Type.String(),
  withdrawn: Type.Literal(true),
});

export const QueueQuerystring = Type.Object({
  model: Type.String({ maxLength: 64 }),
  // A query holds text only.
  count: Type.Optional(Type.String({ pattern: '^([1-9]|[1-4][0-9]|50)$' })),
});

export const QueueReply = Type.Object({
  model: Type.String(),
  ask: Type.Array(
    Type.Object({
      film: Type.String({ description: 'SHA-256; GET /v1/learning/films/{film} shows it' }),
      study: Type.String({ description: 'Takes the feedback' }),
      version: Type.String(),
      label: Type.String(),
      probability: Type.Number(),
      entropyBits: Type.Number(),
      opinions: Type.Integer(),
    }),
  ),
  films: Type.Object({
    unasked: Type.Integer(),
    unresolved: Type.Integer(),
    labelled: Type.Integer(),
    unreadable: Type.Integer(),
  }),
});

export const FilmParams = Type.Object({ film: Type.String() });
