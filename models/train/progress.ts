// Progress lines with the time left, at most one every few seconds.

export type OnProgress = (line: string) => void;

const intervalMs = 5_000;

/** Call the returned function after each of `total` steps. The clock is an argument, so that tests need none. */
export function progressLines(
  what: string,
  total: number,
  {
    onProgress,
    nowMs = Date.now,
  }: { readonly onProgress: OnProgress; readonly nowMs?: () => number },
): () => void {
  const startMs = nowMs();
  let lastMs = startMs;
  let done = 0;
  return () => {
    done++;
    const now = nowMs();
    if (done < total && now - lastMs < intervalMs) return;
    lastMs = now;
    const secondsLeft = Math.round(((now - startMs) / 1_000 / done) * (total - done));
    onProgress(`${what}: ${done} of ${total}, ${secondsLeft} s left`);
  };
}
