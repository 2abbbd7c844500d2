// Asks the cloud's metadata service, which answers every machine about itself at one address on all three clouds.

export const metadataUrl = 'http://169.254.169.254';
const answerMsMax = 2_000;

export class MetadataError extends Error {
  override readonly name = 'MetadataError';
  readonly status: number;

  constructor(path: string, status: number) {
    super(`${path} answered ${status}`);
    this.status = status;
  }
}

export interface MetadataRequest {
  readonly method?: 'GET' | 'PUT' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The answer's text; null where the service knows nothing of the kind. `MetadataError` for any other status but 2xx. */
export async function askMetadata(
  base: string,
  path: string,
  { method = 'GET', headers = {}, body }: MetadataRequest = {},
): Promise<string | null> {
  const answer = await fetch(`${base}${path}`, {
    method,
    headers: { ...headers },
    signal: AbortSignal.timeout(answerMsMax),
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  if (answer.status === 404) return null;
  if (!answer.ok) throw new MetadataError(path.replace(/\?.*/, ''), answer.status);
  return text;
}
