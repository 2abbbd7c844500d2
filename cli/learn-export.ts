// `evenkeel learn export`: the labelled films of the lake beside a labelled set, as a data folder to train on.
import path from 'node:path';
import type { Command } from 'commander';
import { registryRoot } from '../models/bundle/registry.ts';
import { openStore, storeText, votesText } from './learning-store.ts';
import { wholeNumber } from './whole-number.ts';

interface ExportOptions {
  readonly store: string;
  readonly model: string;
  readonly manifest: string;
  readonly root: string;
  readonly out: string;
  readonly registry: string;
  readonly trustedKeys?: string;
  readonly votes: string;
  readonly json?: true;
}

export function addLearnExport(learn: Command): void {
  learn
    .command('export')
    .description('write a data folder to train on: a labelled set, and the films of the lake')
    .requiredOption('--store <place>', storeText)
    .requiredOption('--model <name>', 'the model that is to learn')
    .requiredOption('--manifest <file>', 'labelled set, which keeps what chooses and what tests')
    .requiredOption('--root <dir>', "folder that the manifest's paths are relative to")
    .requiredOption('--out <dir>', 'a folder that is not there yet, for `evenkeel train --data`')
    .option('--registry <dir>', 'where the model is looked up by name', registryRoot)
    .option('--trusted-keys <file>', 'whose signatures count (default: those of the release)')
    .option('--votes <n>', votesText, '1')
    .option('--json', 'print one JSON object')
    .action(async (options: ExportOptions) => {
      const { namedBundle } = await import('../models/bundle/named-bundle.ts');
      const { readTrustedKeys } = await import('../models/bundle/trusted-keys.ts');
      const { exportSet } = await import('../services/learning/export-set.ts');
      const keys = await readTrustedKeys(options.trustedKeys);
      const registry = path.resolve(options.registry);
      const record = await exportSet({
        store: await openStore(options.store),
        model: (await namedBundle(options.model, { keys, registry })).manifest,
        votesMin: wholeNumber('--votes', options.votes),
        manifest: options.manifest,
        root: options.root,
        out: path.resolve(options.out),
      });
      const { added, ungraded, alsoInSet } = record;
      console.log(
        options.json === true
          ? JSON.stringify(record)
          : `${added} films of the lake are training rows in ${options.out}; left out: ${ungraded} without a grade, ${alsoInSet} that the set holds too`,
      );
      console.error(
        'These are copies: a film that is withdrawn from the lake stays in them. Remove the folder after the training.',
      );
    });
}
