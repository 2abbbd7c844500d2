// The study routes' requests and answers as JSON Schema: validation, serialisation and documentation from one source.
import { Type } from 'typebox';
import type { StudyAnswer } from '../../studies.ts';

/** What cannot be the name of a study is simply none: 404, not 400. */
export const StudyParams = Type.Object({ study: Type.String() });

export const HeatmapParams = Type.Object({ study: Type.String(), label: Type.String() });

export const StudyReadingSchema = Type.Unsafe<StudyAnswer>(
  Type.Object({
    study: Type.String({ description: 'SHA-256 over model, version and image bytes' }),
    region: Type.String({ description: 'The region that answers' }),
    model: Type.String(),
    version: Type.String(),
    findings: Type.Array(
      Type.Object({
        label: Type.String(),
        probability: Type.Number({ minimum: 0, maximum: 1, description: 'Calibrated' }),
        decision: Type.Union([
          Type.Literal('abnormal'),
          Type.Literal('normal'),
          Type.Literal('unsure'),
        ]),
        unfamiliar: Type.Optional(
          Type.Literal(true, {
            description:
              'Few of the films that the model was made for look like this one: "unsure", whatever the probability',
          }),
        ),
        grade: Type.Optional(
          Type.Object(
            {
              name: Type.String(),
              probabilities: Type.Array(
                Type.Object({ name: Type.String(), probability: Type.Number() }),
              ),
            },
            {
              description:
                'Of models that grade: the grade decided on, and the probability of each',
            },
          ),
        ),
        heatmap: Type.String({
          description: 'URL of a PNG overlay: a path, or a data: URL where nothing is kept',
        }),
      }),
    ),
    disclaimer: Type.String(),
    research: Type.Optional(
      Type.Object(
        {
          kept: Type.Boolean(),
          film: Type.Optional(Type.String({ description: 'SHA-256 of the PNG that is kept' })),
          withdrawalToken: Type.Optional(
            Type.String({ description: 'POST /v1/withdrawals with it removes everything' }),
          ),
          until: Type.Optional(Type.String({ description: 'The last day, YYYY-MM-DD' })),
          reason: Type.Optional(
            Type.Union([
              Type.Literal('withdrawn'),
              Type.Literal('full'),
              Type.Literal('store-unavailable'),
            ]),
          ),
        },
        { description: 'Only where consent=research was sent' },
      ),
    ),
  }),
);

export const ServedModelsSchema = Type.Object({
  models: Type.Array(
    Type.Object({
      name: Type.String(),
      version: Type.String(),
      label: Type.String(),
      kind: Type.Union([Type.Literal('image'), Type.Literal('table')]),
      expects: Type.String(),
      threshold: Type.Number(),
      unsure: Type.Object({ low: Type.Number(), high: Type.Number() }),
    }),
  ),
});
