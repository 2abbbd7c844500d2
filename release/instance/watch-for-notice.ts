// Waits for the cloud's notice, drains, and acknowledges; a metadata service that fails is asked again, never believed.
import type { Notice, NoticeSource } from './notices.ts';

export interface WatchOptions {
  readonly source: NoticeSource;
  /** Resolves when the service has drained and ended. */
  readonly drain: () => Promise<void>;
  readonly pause: (ms: number) => Promise<void>;
  readonly log: (line: string) => void;
}

/** AWS gives two minutes for spot and our hooks one at least, so seconds matter little; Google gives thirty seconds. */
const pollMs = 2_000;
const acknowledgeAttemptsMax = 5;

/** Resolves when the machine may go. */
export async function watchForNotice(options: WatchOptions): Promise<void> {
  const { drain, log } = options;
  const { cause, acknowledge } = await firstNotice(options);
  log(`${cause}: draining`);
  await drain();
  log('drained');
  if (acknowledge !== null) await insist(acknowledge, options);
}

async function firstNotice({ source, pause, log }: WatchOptions): Promise<Notice> {
  let failing = false;
  for (;;) {
    try {
      const notice = await source.next();
      if (notice !== null) return notice;
      if (failing) log('the metadata service answers again');
      failing = false;
    } catch (error) {
      if (!failing) log(`cannot ask for notices: ${String(error)}`);
      failing = true;
    }
    await pause(pollMs);
  }
}

/** Unacknowledged, the cloud waits for its own timeout: slower, and no harm. */
async function insist(
  acknowledge: () => Promise<void>,
  { pause, log }: WatchOptions,
): Promise<void> {
  for (let attempt = 1; attempt <= acknowledgeAttemptsMax; attempt++) {
    try {
      await acknowledge();
      log('the cloud need not wait longer');
      return;
    } catch (error) {
      log(`attempt ${attempt} of ${acknowledgeAttemptsMax} to tell the cloud: ${String(error)}`);
      await pause(pollMs * attempt);
    }
  }
}
