// Asks resolvers for addresses, as it is told, one question in a line: once, and says what came back; or again and again, to keep a
// cache busy, and says nothing.
import { Resolver } from 'node:dns/promises';
import { onTold, say } from '../say.ts';

const pollTimeoutMs = 2_000;

export interface Question {
  readonly id: number;
  readonly server: string;
  readonly name: string;
  readonly timeoutMs: number;
}

export interface Poll {
  readonly servers: readonly string[];
  readonly name: string;
  readonly everyMs: number;
}

export interface Answer {
  readonly id: number;
  readonly at: number;
  readonly tookMs: number;
  /** Null when all is well. */
  readonly error: string | null;
  /** In the order of the answer. */
  readonly records: readonly { readonly address: string; readonly ttl: number }[];
}

async function answerTo({ id, server, name, timeoutMs }: Question): Promise<Answer> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  resolver.setServers([server]);
  const [at, fromMs] = [Date.now(), performance.now()];
  const about = (error: string | null, records: Answer['records']): Answer => ({
    id,
    at,
    tookMs: performance.now() - fromMs,
    error,
    records,
  });
  try {
    return about(null, await resolver.resolve4(name, { ttl: true }));
  } catch (error) {
    return about((error as { readonly code?: string }).code ?? String(error), []);
  }
}

/** Until this program ends; nobody waits for the answers. */
function keepBusy({ servers, name, everyMs }: Poll): void {
  const resolvers = servers.map((server) => {
    const resolver = new Resolver({ timeout: pollTimeoutMs, tries: 1 });
    resolver.setServers([server]);
    return resolver;
  });
  setInterval(() => {
    for (const resolver of resolvers) resolver.resolve4(name).catch(() => undefined);
  }, everyMs);
}

onTold((line) => {
  const told = JSON.parse(line) as Question | Poll;
  if ('everyMs' in told) keepBusy(told);
  else void answerTo(told).then((answer) => say({ event: 'answer', ...answer }));
});
say({ ready: true });
