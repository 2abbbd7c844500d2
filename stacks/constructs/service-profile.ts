// What every cloud must know of the service it carries: where it listens, how it says it is ready, and how long it may take.

/** Machines listen here rather than on 443, so that the service needs no privilege. */
export const servicePort = 8443;

/** 200 once a worker has passed its self-tests, 503 from the moment the service is told to stop. */
export const readinessPath = '/readyz';

/** The longest an exchange takes by the service's own limits: 60 s to arrive, 20 s in the queue, 10 s to be read; and 5 s of margin. */
export const exchangeSecondsMax = 95;

/**
 * A stopping service answers new requests until no balancer sends any, then finishes what it has: `waitSeconds` must outlast
 * the balancer's probes, and the whole must end before the cloud takes the machine away.
 */
export const drainSettings = (waitSeconds: number): Readonly<Record<string, string>> => ({
  DRAIN_WAIT_SECONDS: String(waitSeconds),
  DRAIN_SECONDS_MAX: String(waitSeconds + 18),
});

/** Fetching and unpacking a release of some hundred MB, loading models, self-tests: about two minutes, with as much again. */
export const startSecondsMax = 240;

/** Radiographs are kept for the answer's sake only: the service forgets them after a day, and storage after two whatever happens. */
export const uploadDaysMax = 2;
