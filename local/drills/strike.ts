// The dangerous part of a drill: begins each fault when it is due, stops when it must, and restores whatever happens.
import { randomUUID } from 'node:crypto';
import { leaseMs } from '../fault-desk.ts';
import type { Drill } from './drill.ts';
import type { FaultPort } from './drill-site.ts';
import type { DrillFacts } from './facts.ts';
import { reasonToStop } from './stop-conditions.ts';
import { blowText, endOf } from './strikes.ts';
import type { ScheduledBlow } from './strikes.ts';

/** What was done, and when, since the start. */
export interface StrikeLog {
  readonly begun: readonly { readonly atMs: number; readonly blow: ScheduledBlow }[];
  /** Null when the drill ran to its end. */
  readonly stoppedBecause: string | null;
  readonly endedAtMs: number;
  readonly restoredAtMs: number;
}

export interface StrikeSettings {
  readonly drill: Drill;
  readonly struck: string;
  readonly schedule: readonly ScheduledBlow[];
  readonly faults: FaultPort;
  /** Since the start of the drill. */
  readonly nowMs: () => number;
  /** By when the name servers must have left the struck region; null when nobody is to leave it. */
  readonly leftByMs: number | null;
  readonly facts: () => DrillFacts;
  /** Lets simple clients learn the address that is about to die. */
  readonly hold: () => Promise<void>;
  readonly stoppedByHand: () => boolean;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly say: (what: string) => void;
}

const stepEveryMs = 100;
const renewEveryMs = leaseMs / 5;
const restoreTries = 5;
const restoreAgainMs = 1_000;

/** Whatever happens in here, everything is restored before it returns. */
export async function strike(settings: StrikeSettings): Promise<StrikeLog> {
  const { schedule, nowMs, sleep } = settings;
  const course = { id: `${settings.drill.name}-${randomUUID().slice(0, 8)}`, renewedAtMs: 0 };
  const begun: StrikeLog['begun'][number][] = [];
  let stoppedBecause: string | null = null;
  try {
    for (; nowMs() < endOf(schedule); await sleep(stepEveryMs)) {
      // Before anything begins: a drill that was stopped in the calm strikes nothing.
      stoppedBecause = reasonNow(settings);
      if (stoppedBecause !== null) break;
      for (const blow of schedule.slice(begun.length).filter(({ atMs }) => atMs <= nowMs())) {
        if (blow.target === settings.struck) await settings.hold();
        begun.push({ atMs: nowMs(), blow });
        settings.say(blowText(blow));
        await settings.faults.begin(course.id, blow);
      }
      if (nowMs() - course.renewedAtMs < renewEveryMs) continue;
      course.renewedAtMs = nowMs();
      await settings.faults.renew(course.id);
    }
  } catch (error) {
    stoppedBecause = textOf(error);
  }
  const endedAtMs = nowMs();
  await restore(settings);
  return { begun, stoppedBecause, endedAtMs, restoredAtMs: nowMs() };
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const reasonNow = ({ drill, schedule, ...now }: StrikeSettings): string | null =>
  reasonToStop(drill, {
    facts: now.facts(),
    nowMs: now.nowMs(),
    leftByMs: now.leftByMs,
    targets: schedule.flatMap((blow) => (blow.on === 'vantage' ? [] : [blow.target])),
    stoppedByHand: now.stoppedByHand(),
  });

/** The faults end by themselves as well; this is sooner. */
async function restore({ faults, sleep, say }: StrikeSettings): Promise<void> {
  for (let tries = 1; tries <= restoreTries; tries += 1)
    try {
      return await faults.restore();
    } catch (error) {
      say(`not restored yet: ${textOf(error)}`);
      await sleep(restoreAgainMs);
    }
}
