// `evenkeel model publish | keygen`: a scientist's model into the registry, and the key that answers for it.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { generateKey, readSigner } from '../models/bundle/private-key.ts';
import { entryOf, readTrustedKeys } from '../models/bundle/trusted-keys.ts';
import type { MoveOptions } from './registry-options.ts';
import { accounted, circumstancesOf } from './registry-options.ts';

interface PublishOptions extends MoveOptions {
  readonly key: string;
}

export function addPublishCommands(model: Command): void {
  accounted(model.command('publish'))
    .argument('<what>', 'a ten-line manifest (JSON), or the folder that `evenkeel train` wrote')
    .description('check a model on both engines, sign it, and enter it as a candidate')
    .requiredOption('--key <file>', 'the private key of `evenkeel model keygen`')
    .action(async (what: string, options: PublishOptions) => {
      const { publishDraft } = await import('../models/publish/publish-draft.ts');
      const publication = {
        registry: path.resolve(options.registry),
        signer: await readSigner(options.key),
        keys: await readTrustedKeys(options.trustedKeys),
        circumstances: circumstancesOf(options),
      };
      const { publishManifest } = await import('../models/publish/publish-manifest.ts');
      const { dir, manifest } = (await isFolder(what))
        ? await publishDraft(what, publication)
        : await publishManifest(what, publication);
      console.log(`${manifest.name} ${manifest.version} is a candidate: ${dir}`);
    });
  model
    .command('keygen')
    .description(
      'make a private key outside the repository, and print its entry for trusted-keys.json',
    )
    .requiredOption('--out <file>', 'file to write, for its owner only')
    .requiredOption('--owner <name>', 'who will answer for what it signs')
    .action(async ({ out, owner }: { readonly out: string; readonly owner: string }) => {
      const publicKey = await generateKey(out);
      const since = new Date().toISOString().slice(0, 10);
      console.log(JSON.stringify(entryOf(publicKey, owner, since), null, 2));
    });
}

const isFolder = (what: string): Promise<boolean> =>
  stat(what).then(
    (found) => found.isDirectory(),
    () => false,
  );
