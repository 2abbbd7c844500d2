// Judges how a fleet probes: settings with which a region could never be condemned, or never be trusted again, are refused.
import type { ErrorParts } from './errors.ts';
import type { CanaryPolicy, Fleet, ProbePolicy } from './fleet.ts';

/** The results of a streak are the bits of one number. */
const lossyOfMax = 31;
const windowMsMax = 600_000;
const canaryTargetsMax = 8;

export function probeFaults({ probe }: Fleet): readonly ErrorParts[] {
  return [
    ...paceFaults(probe),
    ...streakFaults(probe),
    ...lossyFaults(probe),
    ...greyFaults(probe),
    ...canaryFaults(probe.canary),
  ];
}

const faultIf = (wrong: boolean, fault: ErrorParts): ErrorParts[] => (wrong ? [fault] : []);

/** Whole and within these bounds; false for NaN. */
const isCount = (value: number, min: number, max: number) =>
  Number.isInteger(value) && value >= min && value <= max;

function paceFaults({ connectTimeoutMs, timeoutMs, intervalMs }: ProbePolicy): ErrorParts[] {
  return faultIf(connectTimeoutMs > timeoutMs || timeoutMs > intervalMs, {
    found: `a probe every ${intervalMs} ms with deadlines of ${connectTimeoutMs} and ${timeoutMs} ms`,
    why: 'Probes that overlap would count one failure twice',
    remedy: 'Keep connectTimeoutMs <= timeoutMs <= intervalMs',
  });
}

function streakFaults({ failuresToDown, successesToUp }: ProbePolicy): ErrorParts[] {
  const isWrong = !isCount(failuresToDown, 2, 100) || !isCount(successesToUp, failuresToDown, 100);
  return faultIf(isWrong, {
    found: `down after ${failuresToDown} failures and up after ${successesToUp} successes`,
    why: 'One lost packet must not condemn, and whoever trusts more quickly than it doubts flaps',
    remedy: 'Choose 2 <= failuresToDown <= successesToUp <= 100',
  });
}

function lossyFaults({ failuresToDown, lossy }: ProbePolicy): ErrorParts[] {
  const { failures, of, failuresToUp } = lossy;
  const isWrong =
    !isCount(of, 1, lossyOfMax) ||
    !isCount(failures, failuresToDown + 1, of) ||
    !isCount(failuresToUp, 0, failures - 1);
  return faultIf(isWrong, {
    found: `lossy from ${failures} of ${of} failures down to ${failuresToUp}`,
    why: 'It must take more than the failures in a row that condemn by themselves, and fewer to be trusted again',
    remedy: `Choose failuresToDown < failures <= of <= ${lossyOfMax} and 0 <= failuresToUp < failures`,
  });
}

function greyFaults({ grey, intervalMs }: ProbePolicy): ErrorParts[] {
  const { windowMs, samplesMin, errorShareMax, slowdownMax, slowMsMin } = grey;
  const held = Math.floor(windowMs / intervalMs);
  const isShare = errorShareMax > 0 && errorShareMax < 1;
  return [
    ...faultIf(!(windowMs > 0 && windowMs <= windowMsMax) || !isCount(samplesMin, 2, held), {
      found: `grey failures judged by ${samplesMin} answers within ${windowMs} ms`,
      why: `A probe every ${intervalMs} ms gives ${held} answers in that time, and fewer than two say nothing`,
      remedy: `Choose a window of at most ${windowMsMax} ms and 2 <= samplesMin <= windowMs / intervalMs`,
    }),
    ...faultIf(!isShare || !(slowdownMax > 1) || !(slowMsMin >= 0), {
      found: `grey from a share of ${errorShareMax} errors or a slowdown of ${slowdownMax} above ${slowMsMin} ms`,
      why: 'A region that is as good as ever would be left, or one that errs always would be kept',
      remedy: 'Choose 0 < errorShareMax < 1, slowdownMax > 1 and slowMsMin >= 0',
    }),
  ];
}

const hostAndPort = /^(\[[0-9a-f:]+\]|[a-z0-9.-]+):([1-9]\d{0,4})$/i;

/** Also for canaries that are named where a controller is started. */
export function canaryFaults({ targets, reachableMin }: CanaryPolicy): ErrorParts[] {
  const wrong = targets.filter(
    (target) => !hostAndPort.test(target) || Number(hostAndPort.exec(target)?.[2]) > 65_535,
  );
  const distinct = new Set(targets).size;
  return [
    ...wrong.map((target) => ({
      found: `the canary "${target}" is not host:port`,
      why: 'A vantage asks it for a TCP connection',
      remedy: 'Write for example 192.0.2.53:443, by address: a name would need a resolver',
    })),
    ...faultIf(targets.length > canaryTargetsMax || distinct < targets.length, {
      found: `${targets.length} canaries, ${distinct} of them distinct`,
      why: 'Each is asked at every beat, and one that stands twice would be believed twice',
      remedy: `Name up to ${canaryTargetsMax} places that fail independently of one another`,
    }),
    ...faultIf(targets.length === 1, {
      found: 'one canary',
      why: 'A vantage could not tell its own blindness from the death of that one',
      remedy: 'Name two at least, or none',
    }),
    ...faultIf(targets.length > 0 && !isCount(reachableMin, 1, targets.length), {
      found: `${reachableMin} of ${targets.length} canaries must be reachable`,
      why: 'With none needed a blind vantage speaks on; with more than there are it never speaks',
      remedy: `Choose 1..${targets.length}`,
    }),
  ];
}
