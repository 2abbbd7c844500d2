// Reads what the service says at /metrics of its users' requests: their number, the errors, and how long they took.
import { requestBoundsMs } from '../core/request-counters.ts';
import type { RequestCounters } from '../core/request-counters.ts';
import { workCountersIn } from './work-metrics.ts';

const metric = 'http_server_request_duration_seconds';
/** What machines ask: it is many, quick and never wrong, and would hide what users meet. As in the service's objectives. */
const asked = /^(\/livez|\/readyz|\/metrics|\/v2\/health\/.*|\/v2\/models\/.*\/ready)$/;
const linesMax = 20_000;
const sample = new RegExp(`^${metric}_(bucket|count)\\{(.*)\\} ([0-9.e+]+)$`);
const label = /([a-z_]+)="((?:[^"\\]|\\.)*)"/gi;

interface Sample {
  readonly isBucket: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One entry for each machine that speaks in the text; none for a text in which nobody counts requests in these bounds. */
export function requestCountersIn(text: string): readonly RequestCounters[] {
  const samples = text
    .split('\n', linesMax)
    .flatMap(sampleIn)
    .filter(({ labels }) => !asked.test(labels['route'] ?? ''));
  const works = workCountersIn(text);
  const machines = new Set(samples.map(({ labels }) => labels['machine'] ?? ''));
  return [...machines].flatMap((machine) => {
    const own = samples.filter(({ labels }) => (labels['machine'] ?? '') === machine);
    const work = works.get(machine);
    return countersOf(machine, own).map((c) => (work === undefined ? c : { ...c, work }));
  });
}

function sampleIn(line: string): readonly Sample[] {
  const [, kind, text = '', number = ''] = sample.exec(line) ?? [];
  const value = Number(number);
  if (kind === undefined || !Number.isSafeInteger(value)) return [];
  const labels = Object.fromEntries(
    [...text.matchAll(label)].map(([, name, said]) => [name, said]),
  );
  return [{ isBucket: kind === 'bucket', labels, value }];
}

function countersOf(machine: string, samples: readonly Sample[]): readonly RequestCounters[] {
  const sum = (pick: (sample: Sample) => boolean) =>
    samples.filter(pick).reduce((total, { value }) => total + value, 0);
  const bounds = [...requestBoundsMs.map((ms) => String(ms / 1_000)), '+Inf'];
  const buckets = samples.filter(({ isBucket }) => isBucket);
  if (bounds.some((le) => !buckets.some(({ labels }) => labels['le'] === le))) return [];
  const upTo = bounds.map((le) => sum(({ isBucket, labels }) => isBucket && labels['le'] === le));
  return [
    {
      machine,
      count: sum(({ isBucket }) => !isBucket),
      errors: sum(({ isBucket, labels }) => !isBucket && isError(labels['status'] ?? '')),
      buckets: upTo.map((count, i) => count - (upTo[i - 1] ?? 0)),
    },
  ];
}

/** 503 is how the service sheds load: leaving a region for it would push that load onto the next one. */
const isError = (status: string) => /^5\d\d$/.test(status) && status !== '503';
