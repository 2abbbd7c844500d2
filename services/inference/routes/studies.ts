// POST /v1/studies reads a radiograph; GET gives a stored reading and its heat maps.
import type { FastifyInstance } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { InputError } from '../../../fleet/errors.ts';
import type { StoredStudies } from '../read-study.ts';
import { HeatmapParams, StudyParams, StudyReadingSchema } from '../schemas/study.ts';
import type { UploadIntake } from '../upload-intake.ts';

export interface StudyRoutes {
  readonly studies: StoredStudies;
  readonly intake: UploadIntake;
  readonly storedSecondsMax: number;
}

export function studyRoutes(plain: FastifyInstance, options: StudyRoutes): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const { studies, intake } = options;
  const ok = { 200: StudyReadingSchema };

  app.post('/v1/studies', { schema: { response: ok } }, async (request, reply) => {
    const noStore = /\bno-store\b/i.test(request.headers['cache-control'] ?? '');
    reply.header('cache-control', 'no-store');
    return intake(request, (form) => studies.read({ ...form, noStore }));
  });

  app.get(
    '/v1/studies/:study',
    { schema: { params: StudyParams, response: ok } },
    async ({ params }, reply) => {
      reply.header('cache-control', 'no-store');
      return (await studies.reading(params.study)) ?? notKept('no-such-study', 'study');
    },
  );

  app.get(
    '/v1/studies/:study/heatmaps/:label.png',
    { schema: { params: HeatmapParams } },
    async ({ params: { study, label } }, reply) => {
      const png = (await studies.heatmap(study, label)) ?? notKept('no-such-heatmap', 'heat map');
      // Immutable, because the address determines the picture; private, because it is a patient's.
      return reply
        .header('cache-control', `private, max-age=${options.storedSecondsMax}, immutable`)
        .type('image/png')
        .send(png);
    },
  );
}

function notKept(code: string, what: string): never {
  throw new InputError(code, {
    found: `No region keeps this ${what}`,
    why: 'It never was, was sent with Cache-Control: no-store, or its time is over',
    remedy: 'Send the picture again with POST /v1/studies',
  });
}
