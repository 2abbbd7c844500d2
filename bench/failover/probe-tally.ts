// What a stretch of probing took: the process's own processor time, how many probes were in time, and how much memory.
import type { ProbeResult } from '../../fleet/health.ts';
import { quantile } from '../../failover/leap/quantile.ts';

/** A probe that begins later than this is not one a second. */
const lateMsMax = 100;

/** User and system time of all its threads, from the kernel. */
const cpuMs = () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return (userCPUTime + systemCPUTime) / 1_000;
};

export class ProbeTally {
  readonly #tookMs: number[] = [];
  readonly #failures = new Map<string, number>();
  #onTime = 0;
  #leftOut = 0;
  #fromMs: number | null = null;
  #cpuFromMs = 0;

  begin(nowMs: number): void {
    this.#fromMs = nowMs;
    this.#cpuFromMs = cpuMs();
  }

  /** Nothing counts before the beginning. */
  add(result: ProbeResult, lateMs: number): void {
    if (this.#fromMs === null) return;
    this.#tookMs.push(result.tookMs);
    if (!result.ok)
      this.#failures.set(result.failure, (this.#failures.get(result.failure) ?? 0) + 1);
    else if (lateMs <= lateMsMax) this.#onTime += 1;
  }

  leaveOut(): void {
    if (this.#fromMs !== null) this.#leftOut += 1;
  }

  told(nowMs: number) {
    const elapsedMs = nowMs - (this.#fromMs ?? nowMs);
    const probes = this.#tookMs.length;
    return {
      seconds: elapsedMs / 1_000,
      probes,
      leftOut: this.#leftOut,
      /** Of all that were due: answered well, and begun within 0.1 s of its moment. */
      onTimeShare: this.#onTime / (probes + this.#leftOut),
      failures: Object.fromEntries(this.#failures),
      cpuShare: (cpuMs() - this.#cpuFromMs) / elapsedMs,
      tookMsMedian: quantile(this.#tookMs, 0.5),
      tookMsP99: quantile(this.#tookMs, 0.99),
      residentMiB: process.memoryUsage.rss() / 2 ** 20,
    };
  }
}
