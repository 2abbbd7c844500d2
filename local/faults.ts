// The faults a local region can suffer, and the words in which the supervisor and the region speak of them.
import { InputError } from '../fleet/errors.ts';

export const faultKinds = ['kill', 'freeze', 'refuse', 'slow'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What each fault does, for help texts and reports. */
export const faultMeaning: Readonly<Record<FaultKind, string>> = {
  kill: 'the region dies at once (SIGKILL) and comes back when the fault ends',
  freeze: 'the region stops running but keeps its sockets (SIGSTOP), as when a host hangs',
  refuse: 'the region refuses and resets every connection while its processes run on',
  slow: 'every answer of the region takes three seconds more',
};

export const slowAnswerMs = 3_000;

/** Sent by the supervisor to a region process; `none` ends the fault. */
export interface FaultMessage {
  readonly fault: 'refuse' | 'slow' | 'none';
}

export const isFaultMessage = (message: unknown): message is FaultMessage =>
  typeof message === 'object' && message !== null && 'fault' in message;

export function parseFaultKind(text: string): FaultKind {
  const kind = faultKinds.find((k) => k === text);
  if (kind !== undefined) return kind;
  throw new InputError('unknown-fault', {
    found: `There is no fault "${text}"`,
    why: 'A drill inflicts one of the faults the local fleet knows',
    remedy: `Use one of: ${faultKinds.map((k) => `${k} (${faultMeaning[k]})`).join('; ')}`,
  });
}
