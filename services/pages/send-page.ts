// Sends a page that no cache, shared or private, may keep: films and tokens are in it.
import type { FastifyReply } from 'fastify';

export function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(html);
}
