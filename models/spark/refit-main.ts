// `npm run spark:refit -- --model NAME --manifest FILE --root FOLDER --master URL --candidates FOLDER`: a head refitted on a cluster.
import { parseArgs } from 'node:util';
import { location, required, runMain, submit } from './submit.ts';

/** Handed through as they are. */
const passed = [
  'train-split',
  'validation-split',
  'penalties',
  'version',
  'coverage',
  'date',
] as const;

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
    ...(release === undefined ? {} : { release }),
    ...(registry === undefined ? {} : { registry }),
    ...(output === undefined ? {} : { output }),
    args: [
      ...['--model', model, '--manifest', location(manifest), '--root', location(root)],
      ...['--candidates', location(candidates)],
      ...passed.flatMap((name) => {
        const value = values[name];
        return value === undefined ? [] : [`--${name}`, value];
      }),
    ],
  });
});
