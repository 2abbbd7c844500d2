// What is read from a service's metrics: from the service's own code, so that a renamed metric fails here.
import { describe, expect, test } from '@jest/globals';
import { requestCountersIn } from '../../../failover/adapters/service-metrics.ts';
import { requestBoundsMs } from '../../../failover/core/request-counters.ts';
import { countProcess, createMetrics } from '../../../services/inference/metrics.ts';

const counting = () => {
  const metrics = createMetrics({ version: 'test' });
  const answer = (route: string, status: number, seconds: number, method = 'POST') =>
    metrics.requestSeconds.observe({ method, route, status: String(status) }, seconds);
  return { metrics, answer, text: () => metrics.registry.metrics() };
};
/** Bucket by its upper bound in milliseconds, for the buckets that hold anything. */
const filled = (buckets: readonly number[] = []) =>
  Object.fromEntries(
    buckets.flatMap((n, i) => (n === 0 ? [] : [[requestBoundsMs[i] ?? 'above', n]])),
  );

test('answers are counted over all routes, and by how long they took', async () => {
  const { answer, text } = counting();
  answer('/v1/studies', 201, 0.2);
  answer('/v1/studies', 400, 0.003);
  answer('/v2/models/:name/infer', 200, 0.2);
  answer('/', 200, 30, 'GET');
  const [machine, ...more] = requestCountersIn(await text());
  expect(more).toEqual([]);
  expect(machine).toMatchObject({ count: 4, errors: 0 });
  expect(filled(machine?.buckets)).toEqual({ 5: 1, 250: 2, above: 1 });
});

test('an error is 5xx; 503 is load that was shed, and 4xx is the client’s', async () => {
  const { answer, text } = counting();
  for (const status of [200, 400, 404, 429, 500, 502, 503, 504]) answer('/v1/studies', status, 0.1);
  expect(requestCountersIn(await text())[0]).toMatchObject({ count: 8, errors: 3 });
});

test('what machines ask all day is left out', async () => {
  const { answer, text } = counting();
  answer('/v1/studies', 200, 0.1);
  for (const route of [
    '/livez',
    '/readyz',
    '/metrics',
    '/v2/health/ready',
    '/v2/models/:name/ready',
  ])
    answer(route, 500, 9, 'GET');
  expect(requestCountersIn(await text())[0]).toMatchObject({ count: 1, errors: 0 });
});

test('the machine that speaks is named by its label', async () => {
  const { metrics, answer, text } = counting();
  countProcess(metrics);
  answer('/v1/studies', 200, 0.1);
  const [machine] = requestCountersIn(await text());
  expect(machine?.machine).toMatch(/.+/);
  expect(machine?.count).toBe(1);
});

describe('nothing is read from', () => {
  test.each([
    ['nothing', ''],
    ['a page', '<html><body>http_server_request_duration_seconds</body></html>'],
    [
      'other bounds',
      'http_server_request_duration_seconds_bucket{le="1",route="/a",status="200"} 5\nhttp_server_request_duration_seconds_count{route="/a",status="200"} 5',
    ],
    ['numbers that are none', 'http_server_request_duration_seconds_count{route="/a"} NaN'],
    ['a metric of another name', 'requests_count{route="/a",status="200"} 5'],
  ])('%s', (_, text) => {
    expect(requestCountersIn(text)).toEqual([]);
  });
});
