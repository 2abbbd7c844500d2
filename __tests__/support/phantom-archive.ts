// An archive for Spark: phantoms whose labels are partly wrong, so that no figure is 1, and one film that two rows name.
import { readFile, writeFile } from 'node:fs/promises';
import { writePhantomSet } from './phantom-set.ts';

/** The label of each fifth patient is turned round. */
const wrongEvery = 5;

export async function writePhantomArchive(root: string): Promise<string> {
  const manifest = await writePhantomSet(root);
  const [header = '', ...lines] = (await readFile(manifest, 'utf8')).split('\n');
  const rows = lines.map((line) => {
    const [file = '', task = '', label = '', grade = '', patient = '', ...rest] = line.split(',');
    const isWrong = Number(patient.split('-')[1]) % wrongEvery === 1;
    return [file, task, isWrong ? 1 - Number(label) : label, grade, patient, ...rest].join(',');
  });
  const twice = rows.flatMap((row, index) => (index % 20 === 7 ? [row, row] : [row]));
  await writeFile(manifest, [header, ...twice].join('\n'));
  return manifest;
}
