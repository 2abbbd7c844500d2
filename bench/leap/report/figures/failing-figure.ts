// The share of requests that failed, over the seconds since the kill.
import type { TopLevelSpec } from 'vega-lite';
import type { FailingSecond } from '../../failing.ts';
import { clientNames } from '../../lab/client-names.ts';
import { armsInOrder } from '../arm.ts';
import { config } from '../../../../figures/house-style.ts';
import { armEncoding, armLabel } from './house-style.ts';

/** One of each kind: the first address, any address, a pool of connections, a process for each request, a browser. */
const shownClients = ['first', 'node-http', 'keep-alive', 'curl', 'chromium'];

export function failingFigure(seconds: readonly FailingSecond[]): TopLevelSpec | null {
  const shown = seconds.filter(({ client }) => shownClients.includes(client));
  if (shown.length === 0) return null;
  const arms = armsInOrder([...new Set(shown.map(({ arm }) => arm))]).map(armLabel);
  const ttls = [...new Set(shown.map(({ ttlSeconds }) => ttlSeconds))].sort((a, b) => a - b);
  const values = shown.map(({ arm, ttlSeconds, client, second, requests, failed }) => ({
    arm: armLabel(arm),
    ttl: `TTL ${ttlSeconds} s`,
    client,
    second,
    share: failed / requests,
  }));
  return {
    config,
    data: { values },
    facet: {
      column: {
        field: 'client',
        type: 'nominal',
        sort: [...clientNames],
        header: { title: null },
      },
      row: {
        field: 'ttl',
        type: 'nominal',
        sort: ttls.map((ttl) => `TTL ${ttl} s`),
        header: { title: null },
      },
    },
    spec: {
      width: 220,
      height: 190,
      mark: { type: 'line', strokeWidth: 1.6 },
      encoding: {
        x: { field: 'second', type: 'quantitative', title: 'time since the kill (s)' },
        y: {
          field: 'share',
          type: 'quantitative',
          title: 'requests that failed',
          axis: { format: '%' },
          scale: { domain: [0, 1] },
        },
        ...armEncoding(arms),
      },
    },
    resolve: { scale: { x: 'independent' }, axis: { x: 'independent' } },
  };
}
