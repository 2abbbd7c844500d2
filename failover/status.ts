// What a controller shows of itself: for `evenkeel status`, for the operators' page and for the other vantages.
import { intentOf, termOf } from '../fleet/records.ts';
import type { Region } from '../fleet/fleet.ts';
import { verdictAfter } from '../fleet/health.ts';
import type { Streak } from '../fleet/health.ts';
import type { Controller } from './controller.ts';
import type { PeerReport } from './ports.ts';
import { senseStatus } from './sense-status.ts';

export type Status = ReturnType<typeof statusOf>;

/** JSON has no infinity; nothing seen yet is older than any limit. */
const neverMs = Number.MAX_SAFE_INTEGER;

export function reportOf({ watch, flags, settings }: Controller): PeerReport {
  const { ageMs, ...seen } = watch.observation();
  const { own } = flags;
  return {
    ...seen,
    ageMs: Math.min(ageMs, neverMs),
    orders: settings.desk.inTransit(),
    wallMs: settings.clock.wallMs(),
    ...(own.length === 0 ? {} : { flags: own }),
  };
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
      const seen = observations.find((o) => o.vantage === id);
      const ageMs = seen?.ageMs ?? Number.POSITIVE_INFINITY;
      const heard = Number.isFinite(ageMs);
      return {
        id,
        seenMsAgo: heard ? Math.round(ageMs) : null,
        counts: ageMs <= fleet.steering.observationAgeMsMax && seen?.abstains === undefined,
        abstains: seen?.abstains ?? null,
        /** Why it is not heard. */
        fault: settings.peers.faultOf?.(id) ?? null,
      };
    }),
    canaries: controller.watch.sight.seen,
    servers: views,
    orders: desk.inTransit(),
    flags: controller.flags.standing,
    /** What became of the last decision. */
    progress,
    reasons: decision?.reasons ?? [],
    changesLeft: controller.budget,
    backoff: writer.backoff,
    controlPlane: writer.controlPlane.sight,
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
    ...judgement(controller, region),
    ...publication(controller, region),
    opinions: Object.fromEntries(
      beat.observations.map((o) => [o.vantage, o.opinions[id] ?? 'unknown'] as const),
    ),
    addresses: settings.deployment.addresses[id] ?? [],
    probes: { ready: streakStatus(ready), golden: streakStatus(golden) },
    ...senseStatus(watch, id, settings.clock.monotonicMs()),
  };
}

/** A controller that has stopped beating still answers here: what it once found is only shown while it keeps. */
function judgement({ beat, settings }: Controller, { id }: Region) {
  const { decision, atMs } = beat;
  const standing = decision?.standings[id];
  const ageMs = settings.clock.monotonicMs() - atMs;
  return {
    phase: decision?.phases[id] ?? null,
    verdict: standing === undefined ? null : verdictAfter(standing.verdict, ageMs),
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

const streakStatus = ({ stage, isLossy, successes, failures, lastFailure }: Streak) => ({
  stage,
  isLossy,
  successes,
  failures,
  lastFailure,
});
