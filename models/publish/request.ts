// The ten lines in which a scientist says what a model is; everything else of a bundle is worked out from the model itself.
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { InputError } from '../../fleet/errors.ts';
import { readBounded } from '../bundle/read-bounded.ts';

const text = Type.String({ minLength: 1, maxLength: 2_000 });
const share = Type.Number({ minimum: 0, maximum: 1 });
const strict = { additionalProperties: false } as const;

/** Paths are relative to the file that holds these lines. */
const Request = Type.Object(
  {
    name: text,
    version: text,
    task: text,
    label: text,
    /** An .onnx file (operator set 17), or the model.json of a TensorFlow.js layers or graph model. */
    model: text,
    /** What pixels become, (grey - mean) / deviation, and what a film must show. */
    image: Type.Optional(
      Type.Object(
        { mean: Type.Number(), deviation: Type.Number({ exclusiveMinimum: 0 }), expects: text },
        strict,
      ),
    ),
    /** The columns of a table, in the model's order. */
    columns: Type.Optional(Type.Array(text, { minItems: 1, maxItems: 1_000 })),
    golden: Type.Union([
      /** Phantoms of ours. */
      Type.Object({ drawn: Type.Union([Type.Literal('chest'), Type.Literal('knee')]) }, strict),
      /** Pictures that are declared to show a phantom, and no patient. */
      Type.Object({ phantoms: Type.Array(text, { minItems: 1, maxItems: 8 }) }, strict),
      /** Rows that are declared to be nobody's. */
      Type.Object(
        {
          invented: Type.Array(Type.Array(Type.Number(), { maxItems: 1_000 }), {
            minItems: 1,
            maxItems: 8,
          }),
        },
        strict,
      ),
    ]),
    /** Calibration, threshold and abstention are fitted on these rows; without them they are given under `decision`. */
    validation: Type.Optional(
      Type.Object(
        {
          manifest: text,
          root: text,
          split: Type.Optional(text),
          floors: Type.Object({ auroc: share, sensitivity: share, specificity: share }, strict),
        },
        strict,
      ),
    ),
    decision: Type.Optional(
      Type.Object(
        {
          slope: Type.Number(),
          intercept: Type.Number(),
          threshold: share,
          low: share,
          high: share,
        },
        strict,
      ),
    ),
    licence: text,
  },
  strict,
);
const validator = Compile(Request);

export type PublishRequest = Readonly<Static<typeof Request>>;

const requestBytesMax = 256 * 2 ** 10;

/** Throws `InputError` 'publish-manifest' | 'golden-not-phantom'. */
export async function readRequest(file: string): Promise<PublishRequest> {
  const value = parsed(await readBounded(file, requestBytesMax), file);
  if (validator.Check(value)) return checked(value, file);
  const [first] = validator.Errors(value);
  const at = first?.instancePath ?? '';
  if (at.startsWith('/golden')) throw notPhantom(file);
  throw wrong(`${file} is wrong at "${at}": ${first?.message ?? ''}`);
}

function checked(request: PublishRequest, file: string): PublishRequest {
  const { image, columns, validation, decision, golden } = request;
  if ((image === undefined) === (columns === undefined))
    throw wrong(`${file} says ${image === undefined ? 'neither' : 'both'} "image" and "columns"`);
  if (validation === undefined && decision === undefined)
    throw wrong(`${file} says neither "validation" nor "decision"`);
  if ((columns === undefined) === 'invented' in golden) throw notPhantom(file);
  return request;
}

function parsed(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw wrong(`${file} is not JSON`);
  }
}

const wrong = (found: string) =>
  new InputError('publish-manifest', {
    found,
    why: 'A model is published from what its scientist says of it, and nothing is guessed',
    remedy: 'See the example in docs/models/publishing.md',
  });

const notPhantom = (file: string) =>
  new InputError('golden-not-phantom', {
    found: `${file} does not declare its golden inputs as phantoms`,
    why: 'They are shipped to every machine and uploaded by every vantage, so that none may ever be a patient',
    remedy:
      'Write "golden": {"drawn": "chest"}, {"phantoms": ["phantom.png"]} for pictures of no patient, or {"invented": [[...]]} for a table',
  });
