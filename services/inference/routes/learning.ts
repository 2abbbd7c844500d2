// GET /v1/learning/queue and /v1/learning/films/{film}: for who labels films, behind the operators' token.
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { InputError } from '../../../fleet/errors.ts';
import type { ResearchDesk } from '../../learning/research-desk.ts';
import { sendProblem } from '../error-replies.ts';
import { problem } from '../problem.ts';
import { FilmParams, QueueQuerystring, QueueReply } from '../schemas/learning.ts';

export interface LearningRoutes {
  readonly research: ResearchDesk;
  readonly learningToken: string;
}

const countUsual = 20;

export function learningRoutes(plain: FastifyInstance, options: LearningRoutes): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const { research, learningToken } = options;
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    if (!isBearer(request, learningToken)) return refuse(request, reply);
  };

  app.get(
    '/v1/learning/queue',
    { onRequest, schema: { querystring: QueueQuerystring, response: { 200: QueueReply } } },
    async ({ query: { model, count } }, reply) => {
      reply.header('cache-control', 'no-store');
      const { ask, films } = await research.queue(model, Number(count ?? countUsual));
      return { model, ask: [...ask], films };
    },
  );

  app.get(
    '/v1/learning/films/:film',
    { onRequest, schema: { params: FilmParams } },
    async ({ params: { film } }, reply) => {
      const png = (await research.film(film)) ?? notKept();
      return reply.header('cache-control', 'no-store').type('image/png').send(png);
    },
  );
}

function isBearer({ headers }: FastifyRequest, token: string): boolean {
  const given = Buffer.from(headers.authorization ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** RFC 6750, 3. */
const refuse = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sendProblem(
    request,
    reply.header('www-authenticate', 'Bearer'),
    problem(
      'not-authorised',
      'The request has no valid token. The queue shows films that were given for research to nobody else. Send the token of LEARNING_TOKEN as a bearer token.',
    ),
  );

function notKept(): never {
  throw new InputError('no-such-film', {
    found: 'No such film is kept',
    why: 'It never was, was withdrawn, or its time is over',
    remedy: 'Ask for the queue again',
  });
}
