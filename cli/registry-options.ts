// The options that the verbs of `evenkeel model` share: where the registry is, whose signatures count, who does it and why.
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { registryRoot } from '../models/bundle/registry.ts';
import { trustedKeysFile } from '../models/bundle/trusted-keys.ts';
import type { Circumstances } from '../models/lifecycle/history.ts';

export interface RegistryOptions {
  readonly registry: string;
  readonly trustedKeys: string;
}

export interface MoveOptions extends RegistryOptions {
  readonly by: string;
  readonly why: string;
}

export const placed = (command: Command): Command =>
  command
    .option('--registry <dir>', 'the registry', registryRoot)
    .option('--trusted-keys <file>', 'the keys whose signatures count', trustedKeysFile);

/** Everything that is entered into the history says who did it and why. */
export const accounted = (command: Command): Command =>
  placed(command)
    .option('--by <name>', 'who does it', userInfo().username)
    .requiredOption('--why <text>', 'why, for the history');

export const circumstancesOf = ({ by, why }: Pick<MoveOptions, 'by' | 'why'>): Circumstances => ({
  at: new Date().toISOString(),
  by,
  why,
});
