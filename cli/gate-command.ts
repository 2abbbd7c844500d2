// `evenkeel model gate`: a candidate against what serves. Exit codes: 0 passed, 1 failed or held, 2 mend the input.
import type { Command } from 'commander';
import { InputError } from '../fleet/errors.ts';
import { readTrustedKeys } from '../models/bundle/trusted-keys.ts';
import { engineIds } from '../models/engine/engine.ts';
import type { MoveOptions } from './registry-options.ts';
import { accounted, circumstancesOf } from './registry-options.ts';

interface GateOptions extends MoveOptions {
  readonly manifest: string;
  readonly root: string;
  readonly split?: string;
  readonly engine: string;
  readonly json?: true;
}

export function addGateCommand(model: Command): void {
  accounted(model.command('gate'))
    .argument('<name>', 'a model of the registry')
    .argument('<version>', 'the candidate')
    .description(
      'show that a candidate is no worse than what serves, overall and in every subgroup',
    )
    .requiredOption('--manifest <file>', 'CSV of the validation set, as for `evenkeel evaluate`')
    .requiredOption('--root <dir>', "folder that the manifest's paths are relative to")
    .option('--split <name>', 'train | val | test | official')
    .option('--engine <id>', engineIds.join(' | '), 'onnx')
    .option('--json', 'print the report as one JSON object')
    .action(async (name: string, version: string, options: GateOptions) => {
      const { runGate } = await import('../models/gate/run-gate.ts');
      const { memoryRatio } = await import('../models/gate/measure-memory.ts');
      const { renderReport } = await import('../models/gate/gate-report.ts');
      const { manifest, root, split, registry } = options;
      const { report, file } = await runGate({
        place: { root: registry, name, keys: await readTrustedKeys(options.trustedKeys) },
        version,
        manifest,
        root,
        ...(split === undefined ? {} : { split }),
        engine: engineNamed(options.engine),
        circumstances: circumstancesOf(options),
        nowMs: () => performance.now(),
        memoryRatio,
        onRow: (done, total) => {
          if (done % 100 === 0 || done === total) console.error(`${done} of ${total} rows`);
        },
      });
      console.log(options.json === true ? JSON.stringify(report) : renderReport(report));
      console.error(`The report is kept in ${file}`);
      if (report.verdict !== 'pass') process.exitCode = 1;
    });
}

function engineNamed(text: string) {
  const engine = engineIds.find((id) => id === text);
  if (engine !== undefined) return engine;
  throw new InputError('unknown-engine', {
    found: `There is no engine "${text}"`,
    why: `Known are ${engineIds.join(', ')}`,
    remedy: 'Use one of these',
  });
}
