// A job store in memory: for tests, and as the plainest statement of what the port means.
import { randomUUID } from 'node:crypto';
import { jobKeptMs } from './job-store.ts';
import type { Job, JobStore, Lease } from './job-store.ts';

interface Entry {
  readonly job: Job;
  /** Null once the job has ended. */
  readonly dueAtMs: number | null;
  readonly token: string | null;
}

export function memoryJobStore(nowMs: () => number): JobStore {
  const entries = new Map<string, Entry>();
  const known = (id: string): Entry | null => {
    const entry = entries.get(id);
    return entry !== undefined && nowMs() < entry.job.createdAtMs + jobKeptMs ? entry : null;
  };
  const due = (queue: string): readonly Entry[] =>
    [...entries.values()]
      .filter(({ job, dueAtMs }) => job.queue === queue && dueAtMs !== null && dueAtMs <= nowMs())
      .sort((a, b) => (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0));
  const underLease = async ({ job: { id }, token }: Lease, change: (entry: Entry) => Entry) => {
    const entry = entries.get(id);
    if (entry === undefined || entry.token !== token) return false;
    entries.set(id, change(entry));
    return true;
  };
  return {
    async add(added) {
      const entry = known(added.id);
      if (entry !== null) return { outcome: 'exists', job: entry.job };
      const createdAtMs = nowMs();
      const job: Job = { ...added, state: 'waiting', attempts: 0, createdAtMs, end: null };
      entries.set(job.id, { job, dueAtMs: createdAtMs, token: null });
      return { outcome: 'created', job };
    },
    get: async (id) => known(id)?.job ?? null,
    async take(queue, leaseMs) {
      const [entry] = due(queue);
      if (entry === undefined) return null;
      const job: Job = { ...entry.job, state: 'running', attempts: entry.job.attempts + 1 };
      const token = randomUUID();
      entries.set(job.id, { job, dueAtMs: nowMs() + leaseMs, token });
      return { job, token };
    },
    renew: (lease, leaseMs) =>
      underLease(lease, (entry) => ({ ...entry, dueAtMs: nowMs() + leaseMs })),
    finish: (lease, end) =>
      underLease(lease, ({ job }) => ({
        job: { ...job, state: end.kind, end },
        dueAtMs: null,
        token: null,
      })),
    giveBack: (lease) =>
      underLease(lease, ({ job }) => ({
        job: { ...job, state: 'waiting', attempts: job.attempts - 1 },
        dueAtMs: nowMs(),
        token: null,
      })),
    hasDue: async (queue) => due(queue).length > 0,
  };
}
