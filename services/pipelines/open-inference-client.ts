// Asks the structured service, which speaks the Open Inference Protocol v2, for the probabilities of rows.
import { TransientError } from '../../fleet/errors.ts';
import type { Problem } from '../inference/problem.ts';
import type { StructuredAnswer, StructuredReader } from './handle.ts';

export interface OpenInferenceOptions {
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  readonly nowMs: () => number;
}

interface Metadata {
  readonly versions: readonly string[];
  readonly inputs: readonly { readonly name: string }[];
}

/** Less than the front's own time, so that it can still say what happened. */
const answerMsMax = 10_000;
/** How long a model's own description is believed: a new version is described anew within this time. */
const metadataMsMax = 60_000;
const output = 'probability';

export function openInferenceClient({
  baseUrl,
  fetch,
  nowMs,
}: OpenInferenceOptions): StructuredReader {
  const known = new Map<string, { readonly metadata: Metadata; readonly atMs: number }>();
  const ask = (path: string, body?: object) =>
    answered(() =>
      fetch(`${baseUrl}${path}`, {
        signal: AbortSignal.timeout(answerMsMax),
        redirect: 'error',
        ...(body === undefined
          ? {}
          : {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(body),
            }),
      }),
    );
  const describe = async (model: string): Promise<Metadata | Refusal> => {
    const recent = known.get(model);
    if (recent !== undefined && nowMs() - recent.atMs < metadataMsMax) return recent.metadata;
    const metadata = await ask(`/v2/models/${model}`);
    if ('problem' in metadata) return metadata;
    known.set(model, { metadata: metadata.value as Metadata, atMs: nowMs() });
    return metadata.value as Metadata;
  };
  return {
    async read(model, rows): Promise<StructuredAnswer> {
      const metadata = await describe(model);
      if ('problem' in metadata) return { kind: 'refused', ...metadata };
      const infer = await ask(`/v2/models/${model}/infer`, {
        inputs: [
          {
            name: metadata.inputs[0]?.name ?? '',
            shape: [rows.length, rows[0]?.length ?? 0],
            datatype: 'FP32',
            data: rows.flat(),
          },
        ],
        outputs: [{ name: output }],
      });
      if ('problem' in infer) return { kind: 'refused', ...infer };
      return readingOf(infer.value as Inference, rows.length);
    },
  };
}

interface Inference {
  readonly model_version: string;
  readonly outputs: readonly { readonly name: string; readonly data: readonly number[] }[];
}

function readingOf({ model_version: version, outputs }: Inference, rows: number): StructuredAnswer {
  const probabilities = outputs.find(({ name }) => name === output)?.data ?? [];
  if (probabilities.length !== rows)
    throw new Error(`${probabilities.length} probabilities came back for ${rows} rows`);
  return { kind: 'read', version, probabilities };
}

interface Refusal {
  readonly problem: Problem;
}

async function answered(
  send: () => Promise<Response>,
): Promise<{ readonly value: unknown } | Refusal> {
  try {
    const response = await send();
    if (response.status >= 500) throw new Error(`status ${response.status}`);
    const value: unknown = await response.json();
    return response.ok ? { value } : { problem: value as Problem };
  } catch (cause) {
    throw new TransientError(
      'service-unavailable',
      {
        found: 'The service for structured data does not answer',
        why: 'It may be starting or overloaded',
        remedy: 'Send it again after the seconds in Retry-After',
      },
      { cause },
    );
  }
}
