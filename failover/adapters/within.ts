// A deadline that holds whatever the work does.

/**
 * undici looks at a request's signal only once it is connected, and keeps its own connect time-out to the half second: a
 * probe of a blackhole with 0.8 s was given up after 1.0 to 1.5 s. The work goes on until it ends by itself; nobody waits.
 */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError')),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
