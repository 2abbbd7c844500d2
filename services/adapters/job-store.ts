// The port to work that waits: jobs are added once, taken under a lease, and finished by whoever still holds it.

export const jobQueues = ['image-batch', 'active-learning'] as const;
export type JobQueue = (typeof jobQueues)[number];

export interface NewJob {
  readonly id: string;
  readonly queue: JobQueue;
  /** The client it belongs to; nobody else learns that it exists. */
  readonly owner: string;
  /** What is to be done, as JSON. */
  readonly request: string;
  /** SHA-256 of the request as it was sent: tells a repetition from a reused key. */
  readonly requestSha256: string;
}

export type JobEnd =
  | { readonly kind: 'done'; readonly result: string }
  | { readonly kind: 'failed'; readonly code: string; readonly detail: string };

export interface Job extends NewJob {
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** How often it was taken, without the times it was given back. */
  readonly attempts: number;
  readonly createdAtMs: number;
  /** Null until it has ended. */
  readonly end: JobEnd | null;
}

/** Fences: what is said under a lease counts only as long as nobody else has taken the job. */
export interface Lease {
  readonly job: Job;
  readonly token: string;
}

export interface JobStore {
  /** Atomic: of several writers of one id exactly one creates it; the others are given what that one wrote. */
  add(job: NewJob): Promise<{ readonly outcome: 'created' | 'exists'; readonly job: Job }>;
  get(id: string): Promise<Job | null>;
  /** The job that has been due for longest: waiting, or left by a holder whose lease ran out. Null when there is none. */
  take(queue: JobQueue, leaseMs: number): Promise<Lease | null>;
  /** The three below return false, and change nothing, when the lease was lost. */
  renew(lease: Lease, leaseMs: number): Promise<boolean>;
  finish(lease: Lease, end: JobEnd): Promise<boolean>;
  /** At once due for others; the attempt does not count. */
  giveBack(lease: Lease): Promise<boolean>;
  hasDue(queue: JobQueue): Promise<boolean>;
}

/** Results are kept for two days (the bucket forgets them); the record, so that a late repetition is still known as one, for a week. */
export const jobKeptMs = 7 * 86_400_000;
