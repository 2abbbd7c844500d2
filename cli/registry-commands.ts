// `evenkeel model <verb>`: the registry of models, from a candidate to production and back. Answers go to stdout.
import path from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../fleet/errors.ts';
import { bundleDirs, readPointer } from '../models/bundle/registry.ts';
import { readTrustedKeys } from '../models/bundle/trusted-keys.ts';
import type { ServedStage } from '../models/lifecycle/lifecycle.ts';
import { servedStages, stageOf } from '../models/lifecycle/lifecycle.ts';
import type { Moved } from '../models/lifecycle/move.ts';
import { readHistory } from '../models/lifecycle/move.ts';
import { addGateCommand } from './gate-command.ts';
import { addPublishCommands } from './publish-commands.ts';
import type { MoveOptions, RegistryOptions } from './registry-options.ts';
import { accounted, circumstancesOf, placed } from './registry-options.ts';
import { table } from './table.ts';

export function addRegistryCommands(program: Command): void {
  const model = program
    .command('model')
    .description('the registry of models: candidate, gate, shadow, canary, production, and back');
  addList(model);
  addShow(model);
  addVerify(model);
  addPublishCommands(model);
  addGateCommand(model);
  addPromote(model);
  addRollback(model);
}

function addList(model: Command): void {
  placed(model.command('list'))
    .description('every model: what serves, what is tried, what waits')
    .option('--json', 'print one JSON object and nothing else')
    .action(async ({ registry, json }: RegistryOptions & { readonly json?: true }) => {
      const entries = await bundleDirs(registry);
      const names = [...new Set(entries.map(({ name }) => name))];
      const rows = await Promise.all(
        names.map(async (name) => ({ name, pointer: await readPointer(name, registry) })),
      );
      if (json === true) {
        console.log(JSON.stringify(rows));
        return;
      }
      const cells = rows.map(({ name, pointer }) => [
        name,
        pointer?.production ?? '-',
        pointer?.canary ? `${pointer.canary.version} (${percent(pointer.canary.share)})` : '-',
        pointer?.shadow ?? '-',
        pointer?.previous ?? '-',
      ]);
      console.log(table([['model', 'production', 'canary', 'shadow', 'previous'], ...cells]));
    });
}

const percent = (share: number) => `${Number((100 * share).toFixed(2))} %`;

function addShow(model: Command): void {
  placed(model.command('show'))
    .argument('<name>', 'a model of the registry')
    .description('the versions of a model and its whole history')
    .option('--json', 'print one JSON object and nothing else')
    .action(async (name: string, options: RegistryOptions & { readonly json?: true }) => {
      const { registry, json } = options;
      const versions = (await bundleDirs(registry)).filter((entry) => entry.name === name);
      if (versions.length === 0) throw unknownModel(name, registry);
      const { entries, life } = await readHistory(registry, name);
      const stages = versions.map(({ version }) => ({ version, stage: stageOf(life, version) }));
      if (json === true) {
        console.log(JSON.stringify({ name, stages, history: entries }));
        return;
      }
      console.log(
        table([['version', 'stage'], ...stages.map(({ version, stage }) => [version, stage])]),
      );
      const lines = entries.map(({ at, by, why, from, to, transition: { kind, version } }) => [
        at,
        kind,
        version,
        `${from} -> ${to}`,
        by,
        why,
      ]);
      console.log(`\n${table([['at', 'what', 'version', 'stage', 'by', 'why'], ...lines])}`);
    });
}

function addVerify(model: Command): void {
  placed(model.command('verify'))
    .description('signatures, hashes, histories and pointers; exit code 1 when anything is wrong')
    .action(async ({ registry, trustedKeys }: RegistryOptions) => {
      const { verifyRegistry } = await import('../models/lifecycle/verify-registry.ts');
      const findings = await verifyRegistry(registry, await readTrustedKeys(trustedKeys));
      const rows = findings.map(({ name, version, isSound, said }) => [
        isSound ? 'sound' : 'WRONG',
        name,
        version ?? '',
        said,
      ]);
      console.log(table([['', 'model', 'version', ''], ...rows]));
      if (findings.some(({ isSound }) => !isSound)) process.exitCode = 1;
    });
}

interface PromoteOptions extends MoveOptions {
  readonly to: string;
  readonly share?: string;
  readonly approvedBy: readonly string[];
}

function addPromote(model: Command): void {
  accounted(model.command('promote'))
    .argument('<name>', 'a model of the registry')
    .argument('<version>', 'the version to move on')
    .description('move a version on: to shadow, to a canary with its share, to production')
    .requiredOption('--to <stage>', servedStages.join(' | '))
    .option('--share <number>', 'of the traffic, for a canary: above 0, below 1')
    .option('--approved-by <names...>', 'who approves of what the gate holds: two names', [])
    .action(async (name: string, version: string, options: PromoteOptions) => {
      const { promote } = await import('../models/lifecycle/serve-version.ts');
      const { registry: root, share, approvedBy: approvals } = options;
      const keys = await readTrustedKeys(options.trustedKeys);
      const to = stageNamed(options.to);
      const shared = share === undefined ? {} : { share: Number(share) };
      const wanted = { version, to, ...shared, approvals };
      tellMove(name, await promote({ root, name, keys }, wanted, circumstancesOf(options)));
    });
}

function addRollback(model: Command): void {
  accounted(model.command('rollback'))
    .argument('<name>', 'a model of the registry')
    .argument('[version]', 'what to take back: a candidate, shadow or canary; default production')
    .description('move the pointer back to what served before, or end a trial')
    .action(async (name: string, given: string | undefined, options: MoveOptions) => {
      const { rollback } = await import('../models/lifecycle/serve-version.ts');
      const { registry: root } = options;
      const version = given ?? (await readPointer(name, root))?.production;
      if (version === undefined || version === null) throw unknownModel(name, root);
      const keys = await readTrustedKeys(options.trustedKeys);
      tellMove(name, await rollback({ root, name, keys }, version, circumstancesOf(options)));
    });
}

function tellMove(name: string, { history, pointer }: Moved): void {
  const { from, to, transition } = history.entries.at(-1) ?? {};
  console.log(`${name} ${transition?.version}: ${from} -> ${to}`);
  console.log(`in production: ${pointer.production ?? 'nothing'}`);
}

function stageNamed(text: string): ServedStage {
  const stage = servedStages.find((known) => known === text);
  if (stage !== undefined) return stage;
  throw new InputError('unknown-stage', {
    found: `There is no stage "${text}" to promote to`,
    why: `Known are ${servedStages.join(', ')}`,
    remedy: 'Use one of these',
  });
}

const unknownModel = (name: string, registry: string) =>
  new InputError('unknown-model', {
    found: `There is no model "${name}" in ${path.resolve(registry)}`,
    why: 'A model is a folder of the registry with at least one version',
    remedy: 'See `evenkeel model list`',
  });
