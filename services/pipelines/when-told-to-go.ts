// A signal that is aborted when the process is told to go: by ECS, by the end of a spot machine, or by hand.
export function whenToldToGo(told: Pick<NodeJS.EventEmitter, 'once'>): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT']) told.once(signal, () => stop.abort());
  return stop.signal;
}
