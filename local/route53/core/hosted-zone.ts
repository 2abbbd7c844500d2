// A hosted zone in time: what the API sees at once, what name servers serve once changes are INSYNC.

import { applyBatch, type BatchRules } from './batch.ts';
import type { Change } from './record-set.ts';
import { ServiceError } from './service-error.ts';
import { allSets, type Zone } from './zone.ts';

export interface Timing {
  /** Submission to INSYNC; name servers serve the old zone until then. */
  readonly pendingMs: number;
  /** How long a submitted change keeps the zone from taking another (PriorRequestNotComplete). */
  readonly processingMs: number;
}

interface Publication {
  /** `null` takes the zone away. */
  readonly zone: Zone | null;
  readonly atMs: number;
}

export interface HostedZone {
  readonly current: Zone;
  readonly callerReference: string;
  readonly comment: string;
  readonly served: Zone | null;
  readonly publications: readonly Publication[];
  readonly busyUntilMs: number;
}

/** 60 s at 5 changes a second are 300; a longer delay may not grow memory without bound. */
export const publicationsMax = 1_000;

export const createHostedZone = (
  zone: Zone,
  callerReference: string,
  comment: string,
  publishedAtMs: number,
): HostedZone => ({
  current: zone,
  callerReference,
  comment,
  served: null,
  publications: [{ zone, atMs: publishedAtMs }],
  // A zone that was just created takes its first change at once.
  busyUntilMs: Number.NEGATIVE_INFINITY,
});

/** Moves to the served snapshot whatever has become INSYNC by `nowMs`. */
export function advance(hosted: HostedZone, nowMs: number): HostedZone {
  const due = hosted.publications.filter(({ atMs }) => atMs <= nowMs);
  const last = due.at(-1);
  if (last === undefined) return hosted;
  return { ...hosted, served: last.zone, publications: hosted.publications.slice(due.length) };
}

function refuseWhileBusy(hosted: HostedZone, nowMs: number): void {
  if (nowMs < hosted.busyUntilMs || hosted.publications.length >= publicationsMax)
    throw new ServiceError(
      'PriorRequestNotComplete',
      'The request was rejected because Route 53 was still processing a prior request.',
    );
}

const publish = (hosted: HostedZone, zone: Zone | null, nowMs: number, timing: Timing) => ({
  ...hosted,
  publications: [...hosted.publications, { zone, atMs: nowMs + timing.pendingMs }],
  busyUntilMs: nowMs + timing.processingMs,
});

/** @throws ServiceError InvalidChangeBatch, NoSuchHealthCheck or PriorRequestNotComplete; the zone is then as before. */
export function changeHostedZone(
  hosted: HostedZone,
  changes: readonly Change[],
  { nowMs, timing, rules }: { nowMs: number; timing: Timing; rules: BatchRules },
): HostedZone {
  refuseWhileBusy(hosted, nowMs);
  const outcome = applyBatch(hosted.current, changes, rules);
  if (outcome.kind === 'no-such-health-check')
    throw new ServiceError(
      'NoSuchHealthCheck',
      `No health check exists with the specified ID: ${outcome.healthCheckId}`,
    );
  if (outcome.kind === 'invalid')
    throw new ServiceError('InvalidChangeBatch', `[${outcome.messages.join(', ')}]`);
  return { ...publish(hosted, outcome.zone, nowMs, timing), current: outcome.zone };
}

/** @throws ServiceError HostedZoneNotEmpty or PriorRequestNotComplete. */
export function withdrawHostedZone(hosted: HostedZone, nowMs: number, timing: Timing): HostedZone {
  refuseWhileBusy(hosted, nowMs);
  const { current } = hosted;
  const own = allSets(current).filter(
    ({ name, type }) => !(name === current.name && (type === 'NS' || type === 'SOA')),
  );
  if (own.length > 0)
    throw new ServiceError(
      'HostedZoneNotEmpty',
      'The specified hosted zone contains non-required resource record sets and so cannot be deleted.',
    );
  return publish(hosted, null, nowMs, timing);
}
