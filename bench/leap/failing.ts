// Which share of requests failed, second by second from the kill on: what the rows of a run no longer hold.
import { InputError } from '../../fleet/errors.ts';
import type { ClientsReport } from './lab/clients-process.ts';
import type { RoundRecord } from './lab/round.ts';

/** Of one arm, TTL and client, over all kills and resolvers of a run. */
export interface FailingSecond {
  readonly arm: string;
  readonly ttlSeconds: number;
  readonly client: string;
  /** Whole seconds from the kill to the beginning of the request. */
  readonly second: number;
  readonly requests: number;
  readonly failed: number;
}

type KilledRound = Pick<RoundRecord, 'arm' | 'ttlSeconds' | 'killedAtMs' | 'windowMs'>;

export interface KeptRound {
  readonly record: KilledRound;
  readonly raw: Pick<ClientsReport, 'clinics'>;
}

/** Requests begun within the window, in the order of arms, TTLs, clients and seconds. */
export const failingSeconds = (rounds: Iterable<KeptRound>): readonly FailingSecond[] =>
  pooledSeconds(requestsOf(rounds));

function* requestsOf(rounds: Iterable<KeptRound>): Generator<FailingSecond> {
  for (const { record, raw } of rounds)
    for (const { client, sent } of raw.clinics)
      for (const { at, ok } of sent) {
        const afterMs = at - record.killedAtMs;
        if (afterMs < 0 || afterMs >= record.windowMs) continue;
        const { arm, ttlSeconds } = record;
        const second = Math.floor(afterMs / 1_000);
        yield { arm, ttlSeconds, client, second, requests: 1, failed: Number(!ok) };
      }
}

/** The same seconds of several rounds or runs, added up. */
export function pooledSeconds(some: Iterable<FailingSecond>): readonly FailingSecond[] {
  const seconds = new Map<string, FailingSecond>();
  for (const one of some) {
    const key = JSON.stringify([one.arm, one.ttlSeconds, one.client, one.second]);
    const { requests, failed } = seconds.get(key) ?? { requests: 0, failed: 0 };
    seconds.set(key, { ...one, requests: requests + one.requests, failed: failed + one.failed });
  }
  return [...seconds.values()].sort(
    (a, b) =>
      compared(a.arm, b.arm) ||
      a.ttlSeconds - b.ttlSeconds ||
      compared(a.client, b.client) ||
      a.second - b.second,
  );
}

const compared = (a: string, b: string): number => Number(a > b) - Number(a < b);

const head = 'arm,ttl_seconds,client,second,requests,failed';

export const failingCsv = (seconds: readonly FailingSecond[]): string =>
  [head, ...seconds.map(lineOf), ''].join('\n');

const lineOf = ({ arm, ttlSeconds, client, second, requests, failed }: FailingSecond): string =>
  [arm, ttlSeconds, client, second, requests, failed].join(',');

/** `InputError` 'wrong-failing' for a file that `failingCsv` did not write. */
export function parseFailing([first, ...lines]: readonly string[]): readonly FailingSecond[] {
  if (first !== head) throw wrong(`it begins with "${first ?? ''}"`);
  return lines.map((line) => {
    const [arm = '', ttl = '', client = '', ...counts] = line.split(',');
    const [second = Number.NaN, requests = Number.NaN, failed = Number.NaN] = counts.map(Number);
    const isWhole = [Number(ttl), second, requests, failed].every(Number.isInteger);
    if (!isWhole || failed > requests || counts.length !== 3) throw wrong(`it has "${line}"`);
    return { arm, ttlSeconds: Number(ttl), client, second, requests, failed };
  });
}

const wrong = (found: string) =>
  new InputError('wrong-failing', {
    found: `failing.csv is not what is expected: ${found}`,
    why: 'A figure of failing requests is made from it',
    remedy: 'Write it anew from the raw rounds: npm run experiment:failing -- DIR',
  });
