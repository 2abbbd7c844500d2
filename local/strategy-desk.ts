// Changes the strategy of a running local fleet: written down, then each vantage is started anew with it, one after another.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../fleet/errors.ts';
import type { Strategy } from '../fleet/fleet.ts';
import { strategyText } from '../fleet/strategy-text.ts';
import type { ManagedProcess } from './managed-process.ts';

/** Read by each vantage as it starts; where there is none, the fleet's own strategy stands. */
export const strategyFile = (directory: string): string => join(directory, 'strategy');

export interface StrategyDesk {
  set(strategy: Strategy): Promise<void>;
}

interface StrategyDeskSettings {
  readonly directory: string;
  readonly vantages: ReadonlyMap<string, Pick<ManagedProcess, 'stop' | 'start'>>;
  /** A vantage that a fault keeps down must not be raised by the way. */
  readonly isStruck: () => boolean;
  readonly onChange: (name: string, what: string) => void;
}

/**
 * Never more than one vantage is away, so that a quorum goes on watching. Until the last one is back two strategies are at
 * work; neither undoes the other sooner than after `restoreStepMs`.
 */
export function strategyDesk(settings: StrategyDeskSettings): StrategyDesk {
  let isBusy = false;
  return {
    set: async (strategy) => {
      if (isBusy || settings.isStruck())
        throw new InputError('not-now', {
          found: isBusy ? 'The strategy is being changed already' : 'A fault is being inflicted',
          why: 'Each vantage is started anew, and one that is down on purpose must stay down',
          remedy: 'Wait until it is over, then set the strategy again',
        });
      isBusy = true;
      try {
        await restartAll(settings, strategyText(strategy));
      } finally {
        isBusy = false;
      }
    },
  };
}

async function restartAll(
  { directory, vantages, onChange }: StrategyDeskSettings,
  text: string,
): Promise<void> {
  writeFileSync(strategyFile(directory), `${text}\n`, { mode: 0o600 });
  for (const [id, process] of vantages) {
    await process.stop();
    await process.start();
    onChange(id, `started anew with strategy ${text}`);
  }
}
