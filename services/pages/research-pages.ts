// The two small forms about a kept film: an opinion, and the withdrawal of consent.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InputError } from '../../fleet/errors.ts';
import { shown } from '../../models/learn/opinions.ts';
import type { GivenFeedback } from '../learning/feedback.ts';
import { roles } from '../learning/lake-records.ts';
import type { ResearchDesk } from '../learning/research-desk.ts';
import { thanksPage, withdrawalPage, withdrawnPage } from './views.tsx';
import type { Frame } from './views.tsx';
import { sendPage } from './send-page.ts';

export interface ResearchPages {
  readonly research: ResearchDesk;
  readonly frame: () => Frame;
}

export function researchPages(app: FastifyInstance, { research, frame }: ResearchPages): void {
  app.post('/feedback', async (request, reply) => {
    const fields = await textFields(request);
    await research.feedback(fields.get('study') ?? '', given(fields));
    return sendPage(reply, thanksPage(frame()));
  });

  app.get('/withdraw', async (_request, reply) => sendPage(reply, withdrawalPage(frame())));

  app.post('/withdraw', async (request, reply) => {
    const token = (await textFields(request)).get('token') ?? '';
    await research.withdraw(token.trim());
    return sendPage(reply, withdrawnPage(frame()));
  });
}

/** The plugin's limits bound how many there are and how long each is. */
async function textFields(request: FastifyRequest): Promise<ReadonlyMap<string, string>> {
  const fields = new Map<string, string>();
  for await (const part of request.parts())
    if (part.type === 'field' && typeof part.value === 'string')
      fields.set(part.fieldname, part.value);
    else if (part.type === 'file') part.file.resume();
  return fields;
}

function given(fields: ReadonlyMap<string, string>): GivenFeedback {
  const choice = fields.get('opinion') ?? '';
  const key = fields.get('key') ?? '';
  const grade = fields.get('grade') ?? '';
  const common = {
    role: roles.find((role) => role === fields.get('role')),
    grade: grade === '' ? undefined : grade,
    idempotencyKey: key === '' ? undefined : key,
  };
  if (choice === 'agree' || choice === 'disagree') return { ...common, opinion: choice };
  if (choice === 'grade') return { ...common, opinion: 'relabel' };
  const shows = shown.find((value) => value === choice);
  if (shows !== undefined) return { ...common, opinion: 'relabel', shows };
  throw new InputError('wrong-feedback', {
    found: 'The form names no opinion',
    why: 'Without one there is nothing to keep',
    remedy: 'Choose one of the answers and send it again',
  });
}
