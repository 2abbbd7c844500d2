// Remembers how long each region has been ill, and says when it should have been left by now: dead (I16) or grey (I4).
import type { Fleet, RegionId } from '../../fleet/fleet.ts';
import type { ActiveFaults } from './active-faults.ts';
import { greyMsMax } from './inspector.ts';
import type { Inspector } from './inspector.ts';
import type { Ledger } from './ledger.ts';

export interface OverdueSettings {
  readonly fleet: Fleet;
  readonly active: ActiveFaults;
  readonly ledger: Ledger;
  readonly inspector: () => Inspector;
  readonly nowMs: () => number;
  /** When a fault last ended. */
  readonly lastEndMs: () => number;
}

/** A dead region must have been left by then while nothing else is wrong. */
export const leaveMsMax = 60_000;
/** A grey one must first show in a minute's answers, which are read six times a minute, at two vantages. */
const greyLeaveMsMax = 180_000;
const answeredMsMax = 5_000;

export class Overdue {
  readonly #settings: OverdueSettings;
  readonly #badAtMs = new Map<RegionId, number>();
  #ill: { readonly region: RegionId; readonly sinceMs: number } | null = null;

  constructor(settings: OverdueSettings) {
    this.#settings = settings;
  }

  isServingBadly(region: RegionId): boolean {
    const badAtMs = this.#badAtMs.get(region) ?? Number.NEGATIVE_INFINITY;
    return this.#settings.nowMs() - badAtMs <= greyMsMax;
  }

  /** Once a beat. */
  judge(): void {
    const { fleet, active, lastEndMs } = this.#settings;
    const nowMs = this.#settings.nowMs();
    for (const { id } of fleet.regions) if (active.isGrey(id)) this.#badAtMs.set(id, nowMs);
    const [only, ...more] = active.all;
    const isJudged = only?.kind === 'region' && (only.how === 'errs' || isPlain(only.how));
    if (!isJudged || more.length > 0 || nowMs - lastEndMs() < leaveMsMax) {
      this.#ill = null;
      return;
    }
    this.#ill ??= { region: only.region, sinceMs: nowMs };
    if (this.#ill.region !== only.region) this.#ill = { region: only.region, sinceMs: nowMs };
    this.#judgeAfter(nowMs - this.#ill.sinceMs, only.region, isPlain(only.how));
  }

  #judgeAfter(illForMs: number, region: RegionId, isDead: boolean): void {
    if (illForMs !== (isDead ? leaveMsMax : greyLeaveMsMax) || !this.#othersAnswer(region)) return;
    const inspector = this.#settings.inspector();
    if (isDead) inspector.checkLeft(region, illForMs);
    else inspector.checkGreyLeft(region, illForMs);
  }

  #othersAnswer(region: RegionId): boolean {
    const { fleet, ledger, nowMs } = this.#settings;
    return fleet.regions.some(
      ({ id }) =>
        id !== region && ledger.answered(id, nowMs(), answeredMsMax) === fleet.vantages.length,
    );
  }
}

const isPlain = (how: string) => how === 'dead' || how === 'refuses';
