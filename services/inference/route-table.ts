// Which methods each path takes: the router answers a wrong method like a wrong path, HTTP tells them apart (405, Allow).
import type { FastifyInstance } from 'fastify';

export interface RouteTable {
  /** Sorted; empty when no route has this path. */
  methodsAt(path: string): readonly string[];
}

/** Must be called before the routes are registered. */
export function routeTable(app: FastifyInstance): RouteTable {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    methods.set(url, known);
  });
  return {
    methodsAt(path) {
      const matching = [...methods].filter(([pattern]) => matches(pattern, path));
      return [...new Set(matching.flatMap(([, known]) => [...known]))].sort();
    },
  };
}

/** Segment by segment; `:name` stands for any one segment, with or without a fixed ending such as `.png`. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => {
      const [name = '', ending = ''] = part.split(/(?=\.)/, 2);
      const segment = given[i] ?? '';
      return name.startsWith(':') ? segment !== '' && segment.endsWith(ending) : part === segment;
    })
  );
}
