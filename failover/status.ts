// What a controller shows of itself: for `evenkeel status`, for the operators' page and for the other vantages.
import { intentOf, termOf } from '../fleet/records.ts';
import type { Region } from '../fleet/fleet.ts';
import type { Streak } from '../fleet/health.ts';
import type { Beat, Controller } from './controller.ts';
import type { PeerReport } from './ports.ts';

export type Status = ReturnType<typeof statusOf>;

/** JSON has no infinity; nothing seen yet is older than any limit. */
const neverMs = Number.MAX_SAFE_INTEGER;

export function reportOf({ watch, settings }: Controller): PeerReport {
  const { vantage, opinions, ageMs } = watch.observation();
  return { vantage, opinions, ageMs: Math.min(ageMs, neverMs), orders: settings.desk.inTransit() };
}

export function statusOf(controller: Controller) {
  const { beat, settings, writer } = controller;
  const { fleet, vantage, clock, desk } = settings;
  const { decision, observations, views, progress } = beat;
  const { snapshot } = writer;
  return {
    vantage,
    environment: fleet.environment,
    zone: fleet.zone,
    strategy: fleet.strategy,
    term: snapshot === null ? null : termOf(snapshot.records),
    zoneReadMsAgo: snapshot === null ? null : Math.round(clock.monotonicMs() - snapshot.readAtMs),
    regions: fleet.regions.map((region) => regionStatus(controller, region)),
    vantages: fleet.vantages.map(({ id }) => {
      const ageMs = observations.find((o) => o.vantage === id)?.ageMs ?? Number.POSITIVE_INFINITY;
      const heard = Number.isFinite(ageMs);
      return {
        id,
        seenMsAgo: heard ? Math.round(ageMs) : null,
        counts: ageMs <= fleet.steering.observationAgeMsMax,
      };
    }),
    servers: views,
    orders: desk.inTransit(),
    /** What became of the last decision. */
    progress,
    reasons: decision?.reasons ?? [],
    changesLeft: controller.budget,
    backoff: writer.backoff,
    recent: controller.chronicle.recent,
  };
}

function regionStatus(controller: Controller, region: Region) {
  const { beat, settings, watch } = controller;
  const { id, cloud, location, role } = region;
  const { ready, golden } = watch.streaks(id);
  return {
    id,
    cloud,
    location,
    role,
    ...judgement(beat, region),
    ...publication(controller, region),
    opinions: Object.fromEntries(
      beat.observations.map((o) => [o.vantage, o.opinions[id] ?? 'unknown'] as const),
    ),
    addresses: settings.deployment.addresses[id] ?? [],
    probes: { ready: streakStatus(ready), golden: streakStatus(golden) },
  };
}

function judgement({ decision }: Beat, { id }: Region) {
  const standing = decision?.standings[id];
  return {
    phase: decision?.phases[id] ?? null,
    verdict: standing?.verdict ?? null,
    because: standing?.because ?? null,
  };
}

function publication({ beat, settings, writer }: Controller, region: Region) {
  const { fleet, deployment } = settings;
  const { decision } = beat;
  const { snapshot } = writer;
  const zone = snapshot === null ? null : intentOf(fleet, deployment, snapshot.records)[region.id];
  const intended = decision?.intent[region.id];
  return {
    weight: {
      normal: region.weight,
      intended: intended?.weight ?? null,
      zone: zone?.weight ?? null,
    },
    /** Whether its own addresses may be, and are, published. */
    usable: { intended: intended?.usable ?? null, zone: zone?.usable ?? null },
  };
}

const streakStatus = ({ successes, failures, lastFailure }: Streak) => ({
  successes,
  failures,
  lastFailure,
});
