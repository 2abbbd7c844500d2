// How long each part of a failover may take in a fleet, computed from the fleet's own policy. Pure.
import type { Fleet } from '../../fleet/fleet.ts';
import type { Detection } from './drill.ts';

export interface Limits {
  /** From the fault to the verdict of a quorum; null where no vantage has to notice. */
  readonly detectSeconds: number | null;
  /** From the fault until the name servers answer without the region. */
  readonly leaveSeconds: number;
  /** From the fault until clients that try one address only are served again. */
  readonly recoverSeconds: number;
  /** From the end of the fault until the region has its normal weight. */
  readonly returnSeconds: number;
}

/** Peers are asked once a beat, and a machine may be late by one. */
const exchangeBeats = 2;
/** A change of the local Route 53 is served after 2 s; "generally within 60 seconds" at the real one. */
const propagationSeconds = (fleet: Fleet) => (fleet.environment === 'local' ? 3 : 60);
/** Three checks at 10 s, each of which may wait 4 s for a connection, and the checkers that are not in step. */
const nativeCheckSeconds = 50;
/** A client's patience for one answer. */
const answerSecondsMax = 4;
/** Until a region that was killed serves again: processes here, machines there. */
const restartSeconds = (fleet: Fleet) => (fleet.environment === 'local' ? 20 : 300);

export const ttlSecondsOf = ({ regions }: Fleet): number => regions[0]?.answerTtlSeconds ?? 0;

/**
 * | noticed by   | detection                                                        |
 * |--------------|------------------------------------------------------------------|
 * | readiness    | the failures in a row, the last one's deadline, the exchange     |
 * | inference    | the golden beat, then failures that follow at once, the exchange |
 * | order        | a beat until every vantage has it                                |
 * | native check | nobody's: Route 53's own checks leave the region, without a write |
 */
export function limitsOf(fleet: Fleet, detection: Detection, relapses: number): Limits {
  const { probe, steering } = fleet;
  const beatSeconds = probe.intervalMs / 1_000;
  const detect: Readonly<Record<Detection, number | null>> = {
    readiness:
      ((probe.failuresToDown + exchangeBeats) * probe.intervalMs + probe.timeoutMs) / 1_000,
    inference:
      (probe.goldenIntervalMs + probe.failuresToDown * probe.goldenTimeoutMs) / 1_000 +
      exchangeBeats * beatSeconds,
    order: null,
    'native-check': null,
    none: null,
  };
  const detectSeconds = detect[detection];
  const leaveSeconds =
    detection === 'native-check'
      ? nativeCheckSeconds
      : (detectSeconds ?? exchangeBeats * beatSeconds) + propagationSeconds(fleet);
  const holdOffMs = Math.min(steering.holdOffMs * 2 ** (relapses + 1), steering.holdOffMsMax);
  const stepMs = steering.restoreStepMs + 1_000 * propagationSeconds(fleet);
  return {
    detectSeconds,
    leaveSeconds,
    recoverSeconds: leaveSeconds + ttlSecondsOf(fleet) + answerSecondsMax,
    returnSeconds: Math.ceil(
      restartSeconds(fleet) +
        (probe.successesToUp * probe.intervalMs +
          holdOffMs +
          steering.restoreSteps.length * stepMs) /
          1_000,
    ),
  };
}
