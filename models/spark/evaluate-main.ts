// `npm run spark:evaluate -- --model NAME --manifest FILE --root FOLDER --master URL`: an evaluation on a cluster, as JSON on stdout.
import { programMain } from './program-main.ts';

await programMain({ program: 'evaluate.py', options: ['split'] });
