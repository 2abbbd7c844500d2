// What every process of the local fleet has in common: it says when it serves, and never outlives its supervisor.
import type { ReadyMessage } from './managed-process.ts';

interface Supervised {
  readonly url: string;
  stop(): Promise<void>;
}

export async function underSupervision(start: () => Promise<Supervised>): Promise<void> {
  // The channel closes when the supervisor dies, however it dies: nothing may stay behind.
  process.on('disconnect', () => process.exit(1));
  const supervised = await start();
  process.on('SIGTERM', () => {
    supervised.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  const message: ReadyMessage = { ready: true, url: supervised.url };
  process.send?.(message);
}
