// The checkers of one health check: each asks in its own rhythm, keeps its own opinion, and never has two requests out.

import {
  checkerRegions,
  firstOpinion,
  nextOpinion,
  type HealthCheckConfig,
  type Opinion,
} from '../core/health-check.ts';
import type { Probe } from './probe.ts';

export interface Observation {
  readonly region: string;
  readonly report: string;
  readonly checkedAt: Date;
}

export interface CheckerSettings {
  readonly probe: Probe;
  /** Endpoint name to address; rejects when there is none. */
  readonly lookup: (domainName: string) => Promise<string>;
  /** 1 keeps the real 10 or 30 s; 0.1 asks every second where Route 53 would ask every ten. */
  readonly intervalScale: number;
  readonly wallClock: () => Date;
}

interface Checker {
  readonly region: string;
  opinion: Opinion;
  last: Observation | null;
  timer: NodeJS.Timeout | undefined;
}

export interface Checkers {
  readonly opinions: () => readonly Opinion[];
  readonly observations: () => readonly Observation[];
  readonly lastFailures: () => readonly Observation[];
  readonly stop: () => void;
}

/** Whoever only counts others asks from nowhere. */
const placesOf = ({ type, regions }: HealthCheckConfig): readonly string[] => {
  if (type === 'CALCULATED') return [];
  return regions.length === 0 ? checkerRegions : regions;
};

export function startCheckers(config: HealthCheckConfig, settings: CheckerSettings): Checkers {
  const regions = placesOf(config);
  const intervalMs = config.requestIntervalSeconds * 1_000 * settings.intervalScale;
  const stopping = new AbortController();
  const failures = new Map<string, Observation>();
  const checkers: Checker[] = regions.map((region) => ({
    region,
    opinion: firstOpinion,
    last: null,
    timer: undefined,
  }));

  const ask = async () => {
    const address =
      config.ipAddress ?? (await settings.lookup(config.domainName ?? '').catch(() => null));
    return address === null
      ? { passed: false, report: 'Failure: DNS resolution failed' }
      : settings.probe(config, address, stopping.signal);
  };
  const round = async (checker: Checker): Promise<void> => {
    const { passed, report } = await ask();
    if (stopping.signal.aborted) return;
    checker.opinion = nextOpinion(checker.opinion, passed, config.failureThreshold);
    checker.last = { region: checker.region, report, checkedAt: settings.wallClock() };
    if (!passed) failures.set(checker.region, checker.last);
    schedule(checker, intervalMs);
  };
  const schedule = (checker: Checker, delayMs: number): void => {
    checker.timer = setTimeout(() => void round(checker), delayMs);
    checker.timer.unref();
  };

  if (!config.disabled)
    // Real checkers "don't coordinate with one another"; spreading them over the interval is the even case of that.
    checkers.forEach((checker, index) => schedule(checker, (intervalMs * index) / checkers.length));

  return {
    opinions: () => checkers.map(({ opinion }) => opinion),
    observations: () => checkers.flatMap(({ last }) => (last === null ? [] : [last])),
    lastFailures: () => [...failures.values()],
    stop: () => {
      stopping.abort();
      for (const { timer } of checkers) clearTimeout(timer);
    },
  };
}
