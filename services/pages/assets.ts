// The static files of the pages, read once, served with an entity tag.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import type { FastifyInstance } from 'fastify';

const assets = [
  { name: 'pages.css', type: 'text/css; charset=utf-8' },
  { name: 'viewer.js', type: 'text/javascript; charset=utf-8' },
  { name: 'answers.js', type: 'text/javascript; charset=utf-8' },
  { name: 'icon.svg', type: 'image/svg+xml' },
] as const;

/**
 * Stable names and a short life, not hashed names: during a roll-out the next request may be answered by a region
 * with another version, where this page's hashed name would be a 404.
 */
const cacheControl = 'public, max-age=300, stale-if-error=86400';

export async function serveAssets(app: FastifyInstance): Promise<void> {
  for (const { name, type } of assets) {
    const body = await readFile(new URL(`./assets/${name}`, import.meta.url));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    app.get(`/assets/${name}`, (request, reply) => {
      void reply.header('cache-control', cacheControl).header('etag', etag);
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(type).send(body);
    });
  }
}
