// One pointer a model: which version serves, which reads a share of the traffic, which reads along unheard. Pure.
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { InputError } from '../../fleet/errors.ts';
import type { ModelLife } from './lifecycle.ts';
import { productionOf } from './lifecycle.ts';

/** Replaced as a whole, so that a reader sees the fleet of versions as it was before or as it is after. */
export interface ModelPointer {
  readonly formatVersion: 1;
  /** Null until the first version passed its gate: then nothing of this name serves. */
  readonly production: string | null;
  /** What a rollback of production brings back. */
  readonly previous: string | null;
  /** `share` of the requests, above 0 and below 1, is answered by this version. */
  readonly canary: { readonly version: string; readonly share: number } | null;
  /** Reads what production reads; its answers are compared and never given. */
  readonly shadow: string | null;
  /** The hash of the transition that this pointer follows. */
  readonly history: string;
}

export const pointerFile = 'pointer.json';

const version = Type.String({ pattern: '^\\d+\\.\\d+\\.\\d+$', maxLength: 64 });
const versionOrNone = Type.Union([version, Type.Null()]);
const strict = { additionalProperties: false } as const;
const Pointer = Type.Object(
  {
    formatVersion: Type.Literal(1),
    production: versionOrNone,
    previous: versionOrNone,
    canary: Type.Union([
      Type.Object(
        { version, share: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }) },
        strict,
      ),
      Type.Null(),
    ]),
    shadow: versionOrNone,
    history: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  },
  strict,
);
const pointerValidator = Compile(Pointer);

/** Throws `InputError` 'pointer-invalid'. */
export function parsePointer(json: string, where: string): ModelPointer {
  const value = parsed(json);
  if (pointerValidator.Check(value)) return value;
  const [first] = pointerValidator.Errors(value);
  throw new InputError('pointer-invalid', {
    found: `${where} is wrong at "${first?.instancePath ?? ''}": ${first?.message ?? 'no JSON'}`,
    why: 'It says which version reads radiographs, and nothing is guessed about that',
    remedy: 'Restore it from the release, or let `evenkeel model verify` say what it should be',
  });
}

export function pointerOf(life: ModelLife, history: string): ModelPointer {
  const at = (stage: string) => [...life.stages].find(([, other]) => other === stage)?.[0] ?? null;
  const canary = at('canary');
  return {
    formatVersion: 1,
    production: productionOf(life),
    previous: life.served.at(-2) ?? null,
    canary:
      canary === null || life.canaryShare === null
        ? null
        : { version: canary, share: life.canaryShare },
    shadow: at('shadow'),
    history,
  };
}

export const pointerText = (pointer: ModelPointer): string =>
  `${JSON.stringify(pointer, null, 2)}\n`;

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
