// `npm run spark:refit -- --model NAME --manifest FILE --root FOLDER --master URL --candidates FOLDER`: a head refitted on a cluster.
import { parseArgs } from 'node:util';
import { given, location, required, runMain, submit } from './submit.ts';

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      manifest: { type: 'string' },
      root: { type: 'string' },
      master: { type: 'string' },
      candidates: { type: 'string' },
      registry: { type: 'string' },
      release: { type: 'string' },
      output: { type: 'string' },
      conf: { type: 'string', multiple: true, default: [] },
      'train-split': { type: 'string' },
      'validation-split': { type: 'string' },
      penalties: { type: 'string' },
      version: { type: 'string' },
      coverage: { type: 'string' },
      date: { type: 'string' },
    },
  });
  const { model, manifest, root, master, candidates } = required(values, [
    'model',
    'manifest',
    'root',
    'master',
    'candidates',
  ]);
  const { registry, release, output, conf } = values;
  return submit({
    program: 'refit.py',
    master,
    conf,
    release,
    registry,
    output,
    args: given({
      model,
      manifest: location(manifest),
      root: location(root),
      candidates: location(candidates),
      'train-split': values['train-split'],
      'validation-split': values['validation-split'],
      penalties: values.penalties,
      version: values.version,
      coverage: values.coverage,
      date: values.date,
    }),
  });
});
