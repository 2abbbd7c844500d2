// Turns the text of a manifest.json into a BundleManifest, or says what is wrong with it.
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { InputError } from '../../fleet/errors.ts';
import type { BundleManifest } from './manifest.ts';

/** Largest model an engine loads; ours are 7 MB. */
export const modelBytesMax = 256 * 2 ** 20;

/** A file beside the manifest: no folders, nothing hidden. */
const fileName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$', maxLength: 100 });
const text = Type.String({ minLength: 1, maxLength: 2_000 });
const identifier = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 64 });
const share = Type.Number({ minimum: 0, maximum: 1 });
const side = Type.Integer({ minimum: 1, maximum: 4_096 });
const strict = { additionalProperties: false } as const;

const ImageInput = Type.Object(
  {
    kind: Type.Literal('image'),
    tensor: text,
    channels: Type.Literal(3),
    height: side,
    width: side,
    resize: Type.Object({ fit: Type.Literal('squash'), kernel: text }, strict),
    mean: Type.Number(),
    deviation: Type.Number({ exclusiveMinimum: 0 }),
    expects: text,
  },
  strict,
);

const TableInput = Type.Object(
  {
    kind: Type.Literal('table'),
    tensor: text,
    columns: Type.Array(text, { minItems: 1, maxItems: 1_000 }),
  },
  strict,
);

const Gate = Type.Object(
  {
    outputs: Type.Object({ margin: text, distance: text }, strict),
    marginMin: Type.Number(),
    distanceMax: Type.Number({ exclusiveMinimum: 0 }),
  },
  strict,
);

const Manifest = Type.Object(
  {
    formatVersion: Type.Literal(1),
    name: identifier,
    version: Type.String({ pattern: '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)$' }),
    task: identifier,
    label: text,
    model: Type.Object(
      {
        file: fileName,
        sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
        bytes: Type.Integer({ minimum: 1, maximum: modelBytesMax }),
      },
      strict,
    ),
    input: Type.Union([ImageInput, TableInput]),
    outputs: Type.Object(
      { logit: text, cam: Type.Optional(text), features: Type.Optional(text) },
      strict,
    ),
    gate: Type.Optional(Gate),
    calibration: Type.Object({ slope: Type.Number(), intercept: Type.Number() }, strict),
    threshold: share,
    unsure: Type.Object({ low: share, high: share }, strict),
    golden: Type.Array(
      Type.Object(
        {
          input: Type.Union([fileName, Type.Array(Type.Number(), { maxItems: 1_000 })]),
          logit: Type.Number(),
        },
        strict,
      ),
      { minItems: 1, maxItems: 16 },
    ),
    licence: text,
    provenance: Type.Record(Type.String(), Type.String()),
  },
  strict,
);

const manifestValidator = Compile(Manifest);

const invalid = (found: string) =>
  new InputError('bundle-invalid', {
    found,
    why: 'A bundle is loaded only when its manifest says exactly what the model needs',
    remedy: 'Restore the bundle from the registry, or train the model again',
  });

/** Throws `InputError` 'bundle-invalid'. `where` names the file in the message. */
export function checkManifest(json: string, where: string): BundleManifest {
  const value = parsed(json, where);
  if (!manifestValidator.Check(value)) {
    const [first] = manifestValidator.Errors(value);
    throw invalid(`${where} is wrong at "${first?.instancePath ?? ''}": ${first?.message ?? ''}`);
  }
  // The interface is the contract and the schema its check: this line fails to compile when they part.
  const manifest: BundleManifest = value satisfies Static<typeof Manifest>;
  const { threshold, unsure, input, golden } = manifest;
  if (!(unsure.low <= threshold && threshold <= unsure.high))
    throw invalid(
      `${where}: threshold ${threshold} lies outside [${unsure.low}, ${unsure.high}], the band that abstains`,
    );
  const fits = (sample: string | readonly number[]) =>
    input.kind === 'image'
      ? typeof sample === 'string'
      : typeof sample !== 'string' && sample.length === input.columns.length;
  if (!golden.every((sample) => fits(sample.input)))
    throw invalid(`${where}: a golden input does not fit the ${input.kind} input`);
  return manifest;
}

function parsed(json: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw invalid(`${where} is not JSON`);
  }
}
