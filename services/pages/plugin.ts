// The clinician's pages: a form, a reading, or what went wrong. Rendered on the server, whole without scripts.
import type { FastifyInstance, FastifyReply } from 'fastify';

import type { UploadIntake } from '../inference/upload-intake.ts';
import type { Studies } from '../studies.ts';

import { serveAssets } from './assets.ts';
import { noticeOf } from './problem.tsx';
import { formPage, problemPage, readingPage } from './views.tsx';

export interface PagesOptions {
  readonly studies: Studies;
  /** The region that serves the pages. */
  readonly region: string;
  readonly intake: UploadIntake;
}

/** Long enough for a queue of a few films to empty, short enough that a person waits for it. */
const retryAfterSeconds = 2;

/** The app that registers this brings the security headers and the limits on uploads. */
export async function pagesPlugin(app: FastifyInstance, options: PagesOptions): Promise<void> {
  const { studies, region, intake } = options;
  const frame = () => ({
    region,
    models: studies.models().filter(({ kind }) => kind === 'image'),
  });

  app.get('/', (_request, reply) => sendPage(reply, formPage(frame())));

  app.post('/', async (request, reply) => {
    const { reading, preview } = await intake(request, async (form) => ({
      reading: await studies.read({ ...form, noStore: false }),
      preview: await studies.preview(form.image),
    }));
    const served = frame().models.find(({ name }) => name === reading.model) ?? null;
    return sendPage(reply, readingPage(frame(), { reading, preview, served }));
  });

  app.setErrorHandler((error, request, reply) => {
    const problem = noticeOf(error);
    if (problem.status === 500) request.log.error({ err: error }, 'a page failed');
    if (problem.status === 503) void reply.header('retry-after', String(retryAfterSeconds));
    return sendPage(reply.code(problem.status), problemPage(frame(), problem));
  });

  await serveAssets(app);
}

/** Films are in these pages: no cache, shared or private, may keep them. */
function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(html);
}
