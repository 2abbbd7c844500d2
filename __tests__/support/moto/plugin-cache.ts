// One copy of each provider for all runs of Terraform in tests, found without a lockfile of their own.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const checkout = join(__dirname, '..', '..', '..');

export function pluginCache(): Record<string, string> {
  const folder = process.env['TF_PLUGIN_CACHE_DIR'] ?? join(checkout, 'cdktf.out', 'plugins');
  // Terraform ignores a cache that does not exist.
  mkdirSync(folder, { recursive: true });
  const hasSettings = existsSync(process.env['TF_CLI_CONFIG_FILE'] ?? '');
  return {
    TF_PLUGIN_CACHE_DIR: folder,
    TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: 'true',
    // A name of settings that are not there is an error to some commands and a warning to others.
    ...(hasSettings ? {} : { TF_CLI_CONFIG_FILE: '' }),
  };
}
