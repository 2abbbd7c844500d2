// The verbs for the gate against other pictures: `film-gate` fits it to a finished bundle, `refusals` counts what a model refuses.
import path from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../fleet/errors.ts';
import { registryRoot } from '../models/bundle/registry.ts';
import type { RefusalRate } from '../models/known/refusal-rates.ts';

// Each verb loads what computes when it is called: the other verbs would wait a second for it.

export function addGateCommands(program: Command): void {
  addGate(program);
  addRefusals(program);
}

interface GateOptions {
  readonly data: string;
  readonly registry: string;
  readonly out: string;
  readonly modelVersion: string;
  readonly seed: string;
  readonly replace?: true;
}

function addGate(program: Command): void {
  program
    .command('film-gate')
    .argument('<model>', 'name of a model that reads radiographs')
    .description('fit the gate that refuses other pictures, and write the bundle as a new version')
    .requiredOption('--data <dir>', 'folder with manifest.csv and the images')
    .requiredOption('--model-version <version>', 'semantic version of the new bundle')
    .option('--registry <dir>', 'where the model is looked up', registryRoot)
    .option('--out <dir>', 'registry to write <name>/<version> into', registryRoot)
    .option('--seed <n>', 'seed of everything that is drawn', '1')
    .option('--replace', 'replace a bundle of the same version')
    .action(async (model: string, options: GateOptions) => {
      const { gateBundle } = await import('../models/known/gate-bundle.ts');
      const { bundleNamed } = await import('../models/bundle/named-bundle.ts');
      const { checkSettings } = await import('../models/train/recipe.ts');
      const settings = {
        dataDir: path.resolve(options.data),
        registry: path.resolve(options.out),
        version: options.modelVersion,
        seed: Number.parseInt(options.seed, 10),
        date: new Date().toISOString().slice(0, 10),
        replace: options.replace === true,
        onProgress: tell,
      };
      await checkSettings(model, settings);
      const { bundle, fit } = await gateBundle(
        await bundleNamed(model, options.registry),
        settings,
      );
      tell(
        `fitted with ${fit.films} films and ${fit.others} counter-examples; limits from ${fit.validation} validation films`,
      );
      console.log(bundle.dir);
    });
}

interface RefusalsOptions {
  readonly manifest?: string;
  readonly root?: string;
  readonly split?: string;
  readonly registry: string;
  readonly json?: true;
}

function addRefusals(program: Command): void {
  program
    .command('refusals')
    .argument('<model>', 'name of a model that reads radiographs')
    .argument('[pictures...]', 'folders or files, each counted by itself')
    .description('count what a model refuses: right films should be few, other pictures nearly all')
    .option('--manifest <file>', 'CSV as for evaluate; each task in it is counted by itself')
    .option('--root <dir>', "folder that the manifest's paths are relative to")
    .option('--split <name>', 'only these rows of the manifest: train | val | test | official')
    .option('--registry <dir>', 'where the model is looked up', registryRoot)
    .option('--json', 'print one JSON array and nothing else')
    .action(async (model: string, pictures: readonly string[], options: RefusalsOptions) => {
      const groups = await groupsOf(pictures, options);
      const { bundleNamed } = await import('../models/bundle/named-bundle.ts');
      const { resolveEngine } = await import('../models/engine/resolve-engine.ts');
      const { openReader } = await import('../models/reader.ts');
      const { refusalRates } = await import('../models/known/refusal-rates.ts');
      const { progressLines } = await import('../models/train/progress.ts');
      const bundle = await bundleNamed(model, options.registry);
      const reader = await openReader(bundle, await resolveEngine(undefined));
      const total = groups.reduce((sum, { files }) => sum + files.length, 0);
      const step = progressLines(`reading with ${model}`, total, { onProgress: tell });
      try {
        const rates = await refusalRates(reader, groups, step);
        console.log(options.json === true ? JSON.stringify(rates) : rates.map(inWords).join('\n'));
      } finally {
        await reader.close();
      }
    });
}

const tell = (text: string) => console.error(text);
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

async function groupsOf(pictures: readonly string[], options: RefusalsOptions) {
  const { manifestGroups, pictureGroup } = await import('../models/known/picture-groups.ts');
  const { manifest, root, split } = options;
  const ofTables =
    manifest === undefined
      ? []
      : await manifestGroups(manifest, { root: root ?? path.dirname(manifest), split });
  const ofFolders = await Promise.all(pictures.map((name) => pictureGroup(name)));
  if (ofTables.length + ofFolders.length > 0) return [...ofTables, ...ofFolders];
  throw new InputError('no-pictures', {
    found: 'Neither pictures nor --manifest are given',
    why: 'A rate of refusals is counted over pictures',
    remedy: 'Name folders or files, or a manifest CSV',
  });
}

function inWords({ group, n, refused, share, unfamiliar, codes }: RefusalRate): string {
  const reasons = Object.entries(codes).map(([code, count]) => `${count} ${code}`);
  const interval = `${percent(share.value)} [${percent(share.low)}, ${percent(share.high)}]`;
  return [
    `${group}: ${refused} of ${n} refused, ${interval}`,
    ...reasons,
    ...(unfamiliar === 0 ? [] : [`${unfamiliar} unfamiliar: unsure`]),
  ].join(', ');
}
