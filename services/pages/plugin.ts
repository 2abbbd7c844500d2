// The clinician's pages: a form, a reading, or what went wrong. Rendered on the server, whole without scripts.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

import type { UploadIntake } from '../inference/upload-intake.ts';
import type { ResearchDesk } from '../learning/research-desk.ts';
import type { Studies } from '../studies.ts';

import { serveAssets } from './assets.ts';
import { noticeOf } from './problem.tsx';
import { researchPages } from './research-pages.ts';
import { sendPage } from './send-page.ts';
import { formPage, problemPage, readingPage } from './views.tsx';

export interface PagesOptions {
  readonly studies: Studies;
  /** The region that serves the pages. */
  readonly region: string;
  readonly intake: UploadIntake;
  /** Null where nothing is kept for research, and nobody is asked. */
  readonly research: ResearchDesk | null;
}

/** Long enough for a queue of a few films to empty, short enough that a person waits for it. */
const retryAfterSeconds = 2;

/** The app that registers this brings the security headers and the limits on uploads. */
export async function pagesPlugin(app: FastifyInstance, options: PagesOptions): Promise<void> {
  const { studies, region, intake, research } = options;
  const frame = () => ({
    region,
    models: studies.models().filter(({ kind }) => kind === 'image'),
    keepDaysMax: research?.daysMax ?? null,
  });

  app.get('/', (_request, reply) => sendPage(reply, formPage(frame())));

  app.post('/', async (request, reply) => {
    const { reading, preview } = await intake(request, async (form) => ({
      reading: await studies.read({ ...form, noStore: false }),
      preview: await studies.preview(form.image),
    }));
    const served = frame().models.find(({ name }) => name === reading.model) ?? null;
    return sendPage(
      reply,
      readingPage(frame(), { reading, preview, served, feedbackKey: randomUUID() }),
    );
  });

  if (research !== null) researchPages(app, { research, frame });

  app.setErrorHandler((error, request, reply) => {
    const problem = noticeOf(error);
    if (problem.status === 500) request.log.error({ err: error }, 'a page failed');
    if (problem.status === 503) void reply.header('retry-after', String(retryAfterSeconds));
    return sendPage(reply.code(problem.status), problemPage(frame(), problem));
  });

  await serveAssets(app);
}
