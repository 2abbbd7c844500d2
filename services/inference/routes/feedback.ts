// POST /v1/studies/{study}/feedback takes a reader's opinion; POST /v1/withdrawals takes consent back.
import type { FastifyInstance } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { ResearchDesk } from '../../learning/research-desk.ts';
import {
  FeedbackBody,
  FeedbackReply,
  IdempotencyHeaders,
  WithdrawalBody,
  WithdrawalReply,
} from '../schemas/learning.ts';
import { StudyParams } from '../schemas/study.ts';

/** A few short fields. */
const bodyLimit = 1_024;

export function feedbackRoutes(
  plain: FastifyInstance,
  { research }: { readonly research: ResearchDesk },
): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  app.post(
    '/v1/studies/:study/feedback',
    {
      bodyLimit,
      schema: {
        params: StudyParams,
        headers: IdempotencyHeaders,
        body: FeedbackBody,
        response: { 200: FeedbackReply },
      },
    },
    async ({ params, body, headers }, reply) => {
      reply.header('cache-control', 'no-store');
      const idempotencyKey = headers['idempotency-key'];
      return research.feedback(params.study, { ...body, idempotencyKey });
    },
  );

  app.post(
    '/v1/withdrawals',
    { bodyLimit, schema: { body: WithdrawalBody, response: { 200: WithdrawalReply } } },
    async ({ body }, reply) => {
      reply.header('cache-control', 'no-store');
      const { film } = await research.withdraw(body.token);
      return { film, withdrawn: true as const };
    },
  );
}
