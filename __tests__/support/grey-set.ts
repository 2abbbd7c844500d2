// A labelled set of small ramps of grey, drawn at once where phantoms would take a second each.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodePng } from '../../models/imaging/encode.ts';
import { grey } from './research-client.ts';

/** Films of each split; two films a patient. */
const counts = { train: 40, val: 12, test: 12 };

/** For the bundle of `writeImageBundle`. */
export async function writeGreySet(root: string): Promise<string> {
  await mkdir(path.join(root, 'films'), { recursive: true });
  const lines = ['file,task,label,patient_id,split'];
  for (const [split, count] of Object.entries(counts))
    for (let film = 0; film < count; film++) {
      const file = `films/${split}-${film}.png`;
      await writeFile(path.join(root, file), await encodePng(grey(lines.length)));
      lines.push(`${file},test-chest,${film % 2},${split}-${film >> 1},${split}`);
    }
  const manifest = path.join(root, 'manifest.csv');
  await writeFile(manifest, lines.join('\n'));
  return manifest;
}
