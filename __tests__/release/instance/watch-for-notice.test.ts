import { expect, test } from '@jest/globals';
import type { Notice } from '../../../release/instance/notices.ts';
import { watchForNotice } from '../../../release/instance/watch-for-notice.ts';

type Step = Notice | null | Error;

/** What happened, in order, when the cloud's answers were `steps`. */
async function watched(steps: readonly Step[]): Promise<readonly string[]> {
  const happened: string[] = [];
  const left = [...steps];
  await watchForNotice({
    source: {
      next: async () => {
        const step = left.shift() ?? null;
        if (step instanceof Error) throw step;
        return step;
      },
    },
    drain: async () => void happened.push('drain'),
    pause: async () => void happened.push('pause'),
    log: (line) => void happened.push(line),
  });
  return happened;
}

const notice = (acknowledge: Notice['acknowledge']): Notice => ({ cause: 'spot', acknowledge });

test('drains at the first notice and only then tells the cloud', async () => {
  const order: string[] = [];
  const acknowledge = async () => void order.push('acknowledged');
  expect(await watched([null, notice(acknowledge)])).toEqual([
    'pause',
    'spot: draining',
    'drain',
    'drained',
    'the cloud need not wait longer',
  ]);
  expect(order).toEqual(['acknowledged']);
});

test('a metadata service that fails is asked again, and complained of once', async () => {
  const down = new Error('down');
  expect(await watched([down, down, null, notice(null)])).toEqual([
    'cannot ask for notices: Error: down',
    'pause',
    'pause',
    'the metadata service answers again',
    'pause',
    'spot: draining',
    'drain',
    'drained',
  ]);
});

test('an acknowledgement that fails is tried again, and given up at last', async () => {
  let attempts = 0;
  const happened = await watched([
    notice(async () => {
      attempts++;
      throw new Error('throttled');
    }),
  ]);
  expect(attempts).toBe(5);
  expect(happened).not.toContain('the cloud need not wait longer');
  expect(happened.at(-2)).toBe('attempt 5 of 5 to tell the cloud: Error: throttled');
});
