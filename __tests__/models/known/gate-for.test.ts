// From films in a folder to a bundle's gate: it lets a new film of the kind through and none of what it was never shown.
import { expect, test } from '@jest/globals';
import { loadBackbone, backboneImageInput } from '../../../models/backbone/backbone.ts';
import { withHead } from '../../../models/backbone/head.ts';
import { openOnnxSession } from '../../../models/engine/onnx-session.ts';
import type { GreyImage } from '../../../models/imaging/grey-image.ts';
import { preprocess } from '../../../models/imaging/preprocess.ts';
import { turned } from '../../../models/known/alter.ts';
import { drawOther } from '../../../models/known/draw-other.ts';
import { gateFor } from '../../../models/known/gate-for.ts';
import { gateSources } from '../../../models/known/gate-sources.ts';
import { isKnown } from '../../../models/known/refuse-unknown.ts';
import { decodeModel, encodeModel } from '../../../models/onnx/file.ts';
import { drawChest } from '../../../models/phantoms/chest.ts';
import { drawKnee } from '../../../models/phantoms/knee.ts';
import { kneeOsteoarthritis } from '../../../models/train/recipes/knee-osteoarthritis.ts';
import { headByLot, withFolder } from '../../support/bundles.ts';
import { writePhantomSet } from '../../support/phantom-set.ts';

test(
  'a gate fitted to knees knows another knee, and no chest, no turned knee, no drawn picture',
  () =>
    withFolder(async (dataDir) => {
      await writePhantomSet(dataDir);
      const sources = await gateSources(kneeOsteoarthritis, { dataDir, seed: 1 });
      expect(sources.train).toHaveLength(32);
      const lines: string[] = [];
      const input = { ...backboneImageInput, expects: 'One knee' };
      const { model, gate, fit } = await gateFor(
        decodeModel(withHead((await loadBackbone()).model, headByLot())),
        { ...sources, input, onProgress: (line) => lines.push(line) },
      );
      const { familiar } = gate;
      expect(familiar!.marginMin).toBeGreaterThan(gate.marginMin);
      expect(familiar!.distanceMax).toBeLessThan(gate.distanceMax);
      expect(fit).toEqual({ films: 64 + 32 + 40, others: 32 + 40 + 32, validation: 32 });
      expect(lines.at(-1)).toMatch(/^gate, validation films: 32 of 32/);
      const session = await openOnnxSession(encodeModel(model));
      const known = async (picture: GreyImage) => {
        const data = preprocess(picture, input);
        const outputs = Object.values(gate.outputs);
        const parts = await session.run(
          { name: input.tensor, dims: [1, 3, 224, 224], data },
          outputs,
        );
        const [margin, distance] = parts.map((part) => part.data);
        return isKnown({ gate }, { gate: { margin: margin!, distance: distance! } }, 0);
      };
      const knee = drawKnee(103);
      expect(await known(knee)).toBe(true);
      for (const other of [
        drawChest(103),
        turned(knee, 1),
        ...[1, 2, 3, 5].map((k) => drawOther(k)),
      ])
        expect(await known(other)).toBe(false);
      await session.close();
    }),
  300_000,
);

test('without films there is nothing to fit a gate to', async () => {
  const { model } = await loadBackbone();
  const none = {
    negativesOccur: false,
    train: [],
    validation: [],
    others: [],
    root: '.',
    seed: 1,
    drawOtherPhantoms: [],
  };
  const { augmentation } = kneeOsteoarthritis.fineTuning;
  const input = { ...backboneImageInput, expects: 'One knee' };
  const request = { ...none, augmentation, drawPhantom: drawKnee, input, onProgress: () => {} };
  await expect(gateFor(model, request)).rejects.toMatchObject({ code: 'no-films' });
});
