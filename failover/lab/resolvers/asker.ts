// Asks resolvers for addresses, as it is told, one question in a line; says what came back, with the TTLs that were left.
import { Resolver } from 'node:dns/promises';
import { onTold, say } from '../say.ts';

export interface Question {
  readonly id: number;
  readonly server: string;
  readonly name: string;
  readonly timeoutMs: number;
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

onTold((line) => {
  void answerTo(JSON.parse(line) as Question).then((answer) => say({ event: 'answer', ...answer }));
});
say({ ready: true });
