// Has what-if questions answered by another process, one at a time: the name server of the local fleet runs in this one.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TransientError } from '../../fleet/errors.ts';
import type { Forecast } from './forecast.ts';
import { questionFrom } from './question.ts';
import type { WhatIfText } from './question.ts';

const answerMsMax = 90_000;
const answerBytesMax = 1_024 * 1_024;

export interface Forecaster {
  /** `InputError` as `questionFrom`, before anything is started; `TransientError` 'busy' or 'no-forecast'. */
  forecast(text: WhatIfText): Promise<Forecast>;
  /** Ends what is under way. */
  close(): void;
}

export function startForecaster(env: Readonly<Record<string, string>>): Forecaster {
  const closing = new AbortController();
  let isBusy = false;
  return {
    forecast: async (text) => {
      questionFrom(text);
      if (isBusy) throw busy();
      isBusy = true;
      try {
        return await answeredApart(text, env, closing.signal);
      } finally {
        isBusy = false;
      }
    },
    close: () => closing.abort(),
  };
}

const busy = () =>
  new TransientError('busy', {
    found: 'Another question is being answered',
    why: 'A forecast takes a whole core for seconds, and the fleet needs the others',
    remedy: 'Ask again in a few seconds',
  });

async function answeredApart(
  text: WhatIfText,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Forecast> {
  const entry = fileURLToPath(new URL('forecast-process.ts', import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', entry, JSON.stringify(text)],
      {
        env: { ...process.env, ...env },
        timeout: answerMsMax,
        maxBuffer: answerBytesMax,
        killSignal: 'SIGKILL',
        signal,
      },
    );
    return JSON.parse(stdout) as Forecast;
  } catch (error) {
    throw new TransientError(
      'no-forecast',
      {
        found: 'The forecast was not finished',
        why: `It is given ${answerMsMax / 1_000} s beside everything else on this machine`,
        remedy: 'Ask again, or ask at a terminal: evenkeel predict',
      },
      { cause: error },
    );
  }
}
