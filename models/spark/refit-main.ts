// `npm run spark:refit -- --model NAME --manifest FILE --root FOLDER --master URL --candidates FOLDER`: a head refitted on a cluster.
import { programMain } from './program-main.ts';

await programMain({
  program: 'refit.py',
  options: [
    'candidates',
    'train-split',
    'validation-split',
    'penalties',
    'version',
    'coverage',
    'date',
  ],
  required: ['candidates'],
});
