// What one controller remembers between ticks: how long each region has been up, and how often the zone has changed.
import type { Fleet, RegionId, SteeringPolicy } from '../../fleet/fleet.ts';
import type { Standing, Standings } from './standing.ts';

export interface Track {
  /** Up by quorum without a break since then; null while it is anything else. */
  readonly upSinceMs: number | null;
  readonly lastDownMs: number | null;
  /** Whether it has been up since it was last down: only then is the next fall a relapse. */
  readonly wasUp: boolean;
  readonly holdOffMs: number;
}

/** Private to one controller and lost when it dies: controllers agree through the zone, never through this. */
export interface SteerState {
  readonly tracks: Readonly<Record<RegionId, Track>>;
  readonly term: number | null;
  /** When this controller first saw the zone at this term. */
  readonly termSinceMs: number;
  /** One entry per change of the zone within the window, whoever made it: terms count every controller's changes. */
  readonly changesAtMs: readonly number[];
}

export const freshState = (fleet: Fleet): SteerState => ({
  tracks: Object.fromEntries(
    fleet.regions.map(({ id }): [RegionId, Track] => [id, freshTrack(fleet.steering)]),
  ),
  term: null,
  termSinceMs: Number.NEGATIVE_INFINITY,
  changesAtMs: [],
});

export const freshTrack = ({ holdOffMs }: SteeringPolicy): Track => ({
  upSinceMs: null,
  lastDownMs: null,
  wasUp: true,
  holdOffMs,
});

export function nextState(
  state: SteerState,
  fleet: Fleet,
  seen: { readonly term: number; readonly standings: Standings },
  nowMs: number,
): SteerState {
  const { steering } = fleet;
  const tracks = fleet.regions.map(({ id }): [RegionId, Track] => [
    id,
    nextTrack(state.tracks[id] ?? freshTrack(steering), seen.standings[id], steering, nowMs),
  ]);
  const made = termsSince(state.term, seen.term);
  const changes = [
    ...state.changesAtMs,
    ...Array<number>(Math.min(made, steering.changesMax)).fill(nowMs),
  ];
  return {
    tracks: Object.fromEntries(tracks),
    term: seen.term,
    termSinceMs: state.term === seen.term ? state.termSinceMs : nowMs,
    changesAtMs: changes
      .filter((atMs) => nowMs - atMs < steering.changeWindowMs)
      .slice(-steering.changesMax),
  };
}

/** A term that went back (a zone restored by hand) is a change as well. */
function termsSince(before: number | null, now: number): number {
  if (before === null || before === now) return 0;
  return Math.max(1, now - before);
}

/**
 * | standing        | up since | hold-off                                                               |
 * |-----------------|----------|------------------------------------------------------------------------|
 * | up              | kept     | kept                                                                   |
 * | unknown         | reset    | kept                                                                   |
 * | drained         | reset    | kept: an operator is not a relapse                                     |
 * | down, was up    | reset    | doubled if it was last down within `holdOffMsMax`, else back to normal |
 * | down, still     | reset    | kept                                                                   |
 */
function nextTrack(
  track: Track,
  standing: Standing | undefined,
  { holdOffMs, holdOffMsMax }: SteeringPolicy,
  nowMs: number,
): Track {
  if (standing?.kind === 'up')
    return { ...track, upSinceMs: track.upSinceMs ?? nowMs, wasUp: true };
  if (standing?.kind !== 'down') return { ...track, upSinceMs: null };
  const relapsed = track.lastDownMs !== null && nowMs - track.lastDownMs < holdOffMsMax;
  const afterFall = relapsed ? Math.min(2 * track.holdOffMs, holdOffMsMax) : holdOffMs;
  return {
    upSinceMs: null,
    lastDownMs: nowMs,
    wasUp: false,
    holdOffMs: track.wasUp ? afterFall : track.holdOffMs,
  };
}

/** Changes that may still be made now: a dead region may be left with the last ones, all else must leave the reserve. */
export function budgetLeft({ changesAtMs }: SteerState, { steering }: Fleet) {
  const left = steering.changesMax - changesAtMs.length;
  return {
    leaving: Math.max(0, left),
    other: Math.max(0, left - steering.changesReservedForLeaving),
  };
}
