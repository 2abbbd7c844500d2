// Gives a trained model its gate: reads the pictures, fits, sets the limits on validation films, and puts it into the graph.
import { InputError } from '../../fleet/errors.ts';
import type { Gate as GateEntry, ImageInput } from '../bundle/manifest.ts';
import { openOnnxSession } from '../engine/onnx-session.ts';
import type { GraphSession } from '../engine/graph-session.ts';
import { preprocess } from '../imaging/preprocess.ts';
import { encodeModel } from '../onnx/file.ts';
import type { OnnxModel } from '../onnx/model.ts';
import type { OnProgress } from '../train/progress.ts';
import { progressLines } from '../train/progress.ts';
import { fitGate, gateLimits, gateScores } from './fit-gate.ts';
import {
  gateColumns,
  gateFeatureGraph,
  gateFeatureOutputs,
  gateOutputs,
  withGate,
} from './gate-graph.ts';
import { gatePictures } from './gate-pictures.ts';
import type { GateSources, Picture } from './gate-pictures.ts';
import type { Rows } from './gaussian.ts';

export interface GateRequest extends GateSources {
  readonly input: ImageInput;
  readonly onProgress: OnProgress;
}

export interface Gated {
  readonly model: OnnxModel;
  /** The manifest's `gate`. */
  readonly gate: GateEntry;
  /** What it was fitted with, for the card. */
  readonly fit: { readonly films: number; readonly others: number; readonly validation: number };
}

/** Of the validation films, which leaves room for films never seen: there, at 0.5 %, 0.7 % of 1,299 chests were refused. */
const refusedShare = 0.003;

/** On so many of them the model abstains: an adult's chest lies there among children's, and no limit that refuses parts the two. */
const unfamiliarShare = 0.02;

/** The model's own outputs stay what they were. About two minutes on one core. */
export async function gateFor(model: OnnxModel, request: GateRequest): Promise<Gated> {
  if (request.train.length === 0 || request.validation.length === 0)
    throw new InputError('no-films', {
      found: `${request.train.length} training and ${request.validation.length} validation films`,
      why: 'A gate is fitted to films, and its limits are set on others',
      remedy: 'Check the manifest and its splits',
    });
  const pictures = gatePictures(request);
  const session = await openOnnxSession(encodeModel(gateFeatureGraph(model)));
  try {
    const films = await featuresOf(session, request, { what: 'films', ...listed(pictures.films) });
    const others = await featuresOf(session, request, {
      what: 'counter-examples',
      ...listed(pictures.others),
    });
    const validation = await featuresOf(session, request, {
      what: 'validation films',
      ...listed(pictures.validation),
    });
    const gate = fitGate(films, others);
    const scores = gateScores(gate, validation);
    return {
      model: withGate(model, gate),
      gate: {
        outputs: gateOutputs,
        ...gateLimits(scores, refusedShare),
        familiar: gateLimits(scores, unfamiliarShare),
      },
      fit: {
        films: pictures.films.length,
        others: pictures.others.length,
        validation: pictures.validation.length,
      },
    };
  } finally {
    await session.close();
  }
}

const listed = (pictures: readonly Picture[]) => ({ pictures });

async function featuresOf(
  session: GraphSession,
  { input, onProgress }: GateRequest,
  { what, pictures }: { readonly what: string; readonly pictures: readonly Picture[] },
): Promise<Rows> {
  const features = new Float64Array(pictures.length * gateColumns);
  const step = progressLines(`gate, ${what}`, pictures.length, { onProgress });
  const dims = [1, input.channels, input.height, input.width];
  for (const [row, picture] of pictures.entries()) {
    const data = preprocess(await picture(), input);
    const parts = await session.run({ name: input.tensor, dims, data }, gateFeatureOutputs);
    let at = row * gateColumns;
    for (const part of parts) {
      features.set(part.data, at);
      at += part.data.length;
    }
    step();
  }
  return { features, columns: gateColumns };
}
