// How the testbed's programs speak: one line of JSON on the standard output for each thing there is to say.
import { createInterface } from 'node:readline';

export const say = (utterance: object): void =>
  void process.stdout.write(`${JSON.stringify(utterance)}\n`);

/** Each line that the testbed sends to this program. */
export const onTold = (hear: (line: string) => void): void =>
  void createInterface({ input: process.stdin }).on('line', hear);
