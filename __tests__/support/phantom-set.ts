// A tiny labelled data folder of knee phantoms, so that training and evaluation run on any machine.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '../../models/evaluate/seeded-random.ts';
import { encodeJpeg } from '../../models/imaging/encode.ts';
import { drawKnee } from '../../models/phantoms/knee.ts';
import { augment } from '../../models/train/augment.ts';

const variation = {
  cutMax: 0.06,
  borderMax: 0.02,
  contrastMax: 1.2,
  brightnessMax: 10,
  gammaMax: 1.2,
  flip: true,
  turnDegreesMax: 0,
  detailMin: 1,
};
/** Films of each split; two films a patient. */
const counts: Readonly<Record<string, number>> = { train: 32, val: 16, test: 16 };

/** Few phantoms, varied: drawing one takes longer than reading it. */
export async function writePhantomSet(root: string): Promise<string> {
  await mkdir(path.join(root, 'knee'), { recursive: true });
  const random = seededRandom(77);
  const drawn = [false, true].map((finding) =>
    [101, 102, 103].map((seed) => drawKnee(seed, { finding })),
  );
  const lines = ['file,task,label,sublabel,patient_id,split,original_split'];
  for (const [split, count] of Object.entries(counts))
    for (let film = 0; film < count; film++) {
      const patient = Math.floor(film / 2);
      const label = patient % 2;
      const original = drawn[label]![patient % 3]!;
      const file = `knee/${split}-${film}.jpg`;
      await writeFile(
        path.join(root, file),
        await encodeJpeg(augment(original, variation, random)),
      );
      lines.push(
        `${file},knee-oa,${label},${label === 1 ? 'KL3' : 'KL0'},${split}-${patient},${split},${split}`,
      );
    }
  lines.push('elsewhere/none.png,cxr-pneumonia,1,virus,P1,test,test');
  const manifest = path.join(root, 'manifest.csv');
  await writeFile(manifest, lines.join('\n'));
  return manifest;
}
