// Turns the text of a manifest.json into a BundleManifest, or says what is wrong with it.
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { InputError } from '../../fleet/errors.ts';
import type { BundleManifest } from './manifest.ts';

/** Largest model an engine loads; ours are 7 MB. */
export const modelBytesMax = 256 * 2 ** 20;
/** Largest file beside the model: a golden picture, a card. */
export const fileBytesMax = 8 * 2 ** 20;

/** A file beside the manifest: no folders, nothing hidden. */
const fileName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$', maxLength: 100 });
const text = Type.String({ minLength: 1, maxLength: 2_000 });
const identifier = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 64 });
const share = Type.Number({ minimum: 0, maximum: 1 });
const side = Type.Integer({ minimum: 1, maximum: 4_096 });
const strict = { additionalProperties: false } as const;
const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const bundleFile = (bytesMax: number) =>
  Type.Object(
    { file: fileName, sha256: hash, bytes: Type.Integer({ minimum: 0, maximum: bytesMax }) },
    strict,
  );

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

const gateLimits = {
  marginMin: Type.Number(),
  distanceMax: Type.Number({ exclusiveMinimum: 0 }),
};

const Gate = Type.Object(
  {
    outputs: Type.Object({ margin: text, distance: text }, strict),
    ...gateLimits,
    familiar: Type.Optional(Type.Object(gateLimits, strict)),
  },
  strict,
);

const Reference = Type.Object(
  {
    readings: Type.Integer({ minimum: 1 }),
    bins: Type.Array(
      Type.Object(
        {
          of: Type.Union([Type.Literal('logit'), Type.Literal('margin'), Type.Literal('distance')]),
          edges: Type.Array(Type.Number(), { maxItems: 9 }),
          shares: Type.Array(share, { minItems: 1, maxItems: 10 }),
        },
        strict,
      ),
      { minItems: 1, maxItems: 3 },
    ),
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
    model: bundleFile(modelBytesMax),
    files: Type.Array(bundleFile(fileBytesMax), { maxItems: 64 }),
    input: Type.Union([ImageInput, TableInput]),
    outputs: Type.Object(
      {
        logit: text,
        cam: Type.Optional(text),
        features: Type.Optional(text),
        grades: Type.Optional(text),
      },
      strict,
    ),
    grades: Type.Optional(
      Type.Object(
        {
          names: Type.Array(text, { minItems: 2, maxItems: 10 }),
          cuts: Type.Array(Type.Number(), { minItems: 1, maxItems: 9 }),
          findingFrom: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
        },
        strict,
      ),
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
    validation: Type.Optional(
      Type.Object(
        {
          setSha256: hash,
          floors: Type.Object({ auroc: share, sensitivity: share, specificity: share }, strict),
        },
        strict,
      ),
    ),
    reference: Type.Optional(Reference),
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
  checkGrades(manifest, where);
  checkGate(manifest, where);
  checkReference(manifest, where);
  const fits = (sample: string | readonly number[]) =>
    input.kind === 'image'
      ? typeof sample === 'string'
      : typeof sample !== 'string' && sample.length === input.columns.length;
  if (!golden.every((sample) => fits(sample.input)))
    throw invalid(`${where}: a golden input does not fit the ${input.kind} input`);
  checkFiles(manifest, where);
  return manifest;
}

function checkGrades({ grades, outputs }: BundleManifest, where: string): void {
  if ((grades === undefined) !== (outputs.grades === undefined))
    throw invalid(`${where}: "grades" and "outputs.grades" come together or not at all`);
  if (grades === undefined) return;
  const { names, cuts, findingFrom } = grades;
  if (cuts.length !== names.length - 1)
    throw invalid(`${where}: ${names.length} grades have ${cuts.length} cuts between them`);
  if (findingFrom !== undefined && findingFrom >= names.length)
    throw invalid(
      `${where}: the finding begins at grade ${findingFrom}, and there are ${names.length} from 0 on`,
    );
}

function checkGate({ gate }: BundleManifest, where: string): void {
  if (gate?.familiar === undefined) return;
  const { marginMin, distanceMax, familiar } = gate;
  if (familiar.marginMin < marginMin || familiar.distanceMax > distanceMax)
    throw invalid(`${where}: the limits within which a film is familiar lie beyond the gate's own`);
}

function checkReference({ reference, gate }: BundleManifest, where: string): void {
  for (const { of, edges, shares } of reference?.bins ?? []) {
    if (shares.length !== edges.length + 1)
      throw invalid(`${where}: ${edges.length} edges of ${of} part ${shares.length} shares`);
    if (edges.some((edge, at) => at > 0 && !(edge > (edges[at - 1] ?? edge))))
      throw invalid(`${where}: the edges of ${of} do not ascend`);
    if (of !== 'logit' && gate === undefined)
      throw invalid(`${where} has a reference of ${of}, and no gate that gives one`);
  }
}

/** Every picture that is read is listed, and so verified; a name stands for one file. */
function checkFiles({ model, files, golden }: BundleManifest, where: string): void {
  const names = [model, ...files].map(({ file }) => file);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalid(`${where} lists ${twice} twice`);
  const unlisted = golden.find(
    ({ input }) => typeof input === 'string' && !files.some(({ file }) => file === input),
  );
  if (unlisted !== undefined) throw invalid(`${where} does not list its ${String(unlisted.input)}`);
}

function parsed(json: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw invalid(`${where} is not JSON`);
  }
}
