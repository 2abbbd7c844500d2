// How many pictures of each group a model refuses, read as serving would: right ones should be few, all others nearly all.
import { readFile } from 'node:fs/promises';
import type { Estimate } from '../../fleet/card.ts';
import { isInputError } from '../../fleet/errors.ts';
import { wilsonInterval } from '../evaluate/wilson.ts';
import type { Reader } from '../reader.ts';
import type { PictureGroup } from './picture-groups.ts';

export interface RefusalRate {
  readonly group: string;
  readonly n: number;
  readonly refused: number;
  /** `refused` / `n` with its 95 % interval (Wilson). */
  readonly share: Estimate;
  /** Of the others: how many the model abstains on because few of its own films look like them. */
  readonly unfamiliar: number;
  /** How many for which reason: `not-this-kind-of-film` is the gate's. */
  readonly codes: Readonly<Record<string, number>>;
}

export async function refusalRates(
  reader: Pick<Reader, 'read'>,
  groups: readonly PictureGroup[],
  onPicture: () => void = () => undefined,
): Promise<readonly RefusalRate[]> {
  const rates: RefusalRate[] = [];
  for (const { name, files } of groups) {
    const codes: Record<string, number> = {};
    let unfamiliar = 0;
    for (const file of files) {
      const { code, isFamiliar } = await outcomeOf(reader, await readFile(file));
      if (code !== null) codes[code] = (codes[code] ?? 0) + 1;
      if (!isFamiliar) unfamiliar++;
      onPicture();
    }
    const refused = Object.values(codes).reduce((sum, count) => sum + count, 0);
    const n = files.length;
    rates.push({ group: name, n, refused, share: wilsonInterval(refused, n), unfamiliar, codes });
  }
  return rates;
}

async function outcomeOf(reader: Pick<Reader, 'read'>, bytes: Uint8Array) {
  try {
    const { isFamiliar } = await reader.read(bytes);
    return { code: null, isFamiliar };
  } catch (error) {
    if (isInputError(error)) return { code: error.code, isFamiliar: true };
    throw error;
  }
}
