// `npm run spark:evaluate -- --model NAME --manifest FILE --root FOLDER --master URL`: an evaluation on a cluster, as JSON on stdout.
import { parseArgs } from 'node:util';
import { given, location, required, runMain, submit } from './submit.ts';

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      manifest: { type: 'string' },
      root: { type: 'string' },
      master: { type: 'string' },
      split: { type: 'string' },
      registry: { type: 'string' },
      release: { type: 'string' },
      output: { type: 'string' },
      conf: { type: 'string', multiple: true, default: [] },
    },
  });
  const { model, manifest, root, master } = required(values, [
    'model',
    'manifest',
    'root',
    'master',
  ]);
  const { split, registry, release, output, conf } = values;
  return submit({
    program: 'evaluate.py',
    master,
    conf,
    release,
    registry,
    output,
    args: given({ model, manifest: location(manifest), root: location(root), split }),
  });
});
