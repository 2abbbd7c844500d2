// Counts a light region's answers in the form in which the service counts its own, for /metrics.
import { Histogram, Registry } from 'prom-client';
import { requestBoundsMs } from '../core/request-counters.ts';

const registry = new Registry();
const seconds = new Histogram({
  name: 'http_server_request_duration_seconds',
  help: 'Answers, by route, status and how long they took.',
  labelNames: ['route', 'status', 'machine'],
  buckets: requestBoundsMs.map((ms) => ms / 1_000),
  registers: [registry],
});

export function countAnswer(machine: string, route: string, status: number, tookMs: number): void {
  seconds.observe({ machine, route, status: String(status) }, tookMs / 1_000);
}

export const requestTally = (): Promise<string> => registry.metrics();
