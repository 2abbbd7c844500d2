// Promotes a version and rolls it back: whatever will answer next is loaded and verified before the pointer moves to it.
import { join } from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import type { Bundle } from '../bundle/load-bundle.ts';
import { loadBundle, manifestFile, sha256 } from '../bundle/load-bundle.ts';
import { readBounded } from '../bundle/read-bounded.ts';
import type { TrustedKeys } from '../bundle/trusted-keys.ts';
import type { Circumstances, History } from './history.ts';
import type { Transition } from './lifecycle.ts';
import { stageOf } from './lifecycle.ts';
import type { Moved } from './move.ts';
import { move, readHistory } from './move.ts';

export interface ModelPlace {
  readonly root: string;
  readonly name: string;
  readonly keys: TrustedKeys;
}

export async function promote(
  place: ModelPlace,
  wanted: Omit<Extract<Transition, { kind: 'promote' }>, 'kind'>,
  circumstances: Circumstances,
): Promise<Moved> {
  await publishedBundle(place, wanted.version, await readHistory(place.root, place.name));
  return move(place, { kind: 'promote', ...wanted }, circumstances);
}

export async function rollback(
  place: ModelPlace,
  version: string,
  circumstances: Circumstances,
): Promise<Moved> {
  const history = await readHistory(place.root, place.name);
  const before = history.life.served.at(-2);
  if (stageOf(history.life, version) === 'production' && before !== undefined)
    await publishedBundle(place, before, history);
  return move(place, { kind: 'rollback', version }, circumstances);
}

/** The bundle that was published under this version; `InputError` also when another one lies in its place. */
export async function publishedBundle(
  { root, name, keys }: ModelPlace,
  version: string,
  { entries }: History,
): Promise<Bundle> {
  const entered = entries
    .map(({ transition }) => transition)
    .find(({ kind, version: of }) => of === version && (kind === 'publish' || kind === 'adopt'));
  if (entered === undefined || !('manifestSha256' in entered))
    throw new InputError('wrong-stage', {
      found: `${name} ${version} was never published`,
      why: 'Only what was published has a history',
      remedy: 'Publish it with `evenkeel model publish`',
    });
  const dir = join(root, name, version);
  const bundle = await loadBundle(dir, keys);
  const manifest = sha256(await readBounded(join(dir, manifestFile), 2 ** 20));
  if (manifest === entered.manifestSha256) return bundle;
  throw new InputError('bundle-tampered', {
    found: `${dir} holds another bundle than the one that was published`,
    why: 'A version names one model for ever, whoever signed the other',
    remedy: 'Restore the bundle from git or the release',
  });
}
