// An OpenID Connect token in which Google Cloud or Azure says who this machine is.
import { askMetadata } from './metadata.ts';

export interface TokenRequest {
  readonly cloud: string;
  readonly audience: string;
  /** Azure, where the machine has several identities; else empty. */
  readonly clientId: string;
}

/** Throws where the metadata service does not answer, or answers with something that is no token. */
export async function identityToken(base: string, request: TokenRequest): Promise<string> {
  const answer = await (request.cloud === 'gcp' ? fromGoogle : fromAzure)(base, request);
  const token = answer?.trim() ?? '';
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return token;
  throw new Error(`the metadata service answered with no token (${token.length} characters)`);
}

function fromGoogle(base: string, { audience }: TokenRequest): Promise<string | null> {
  const query = new URLSearchParams({ audience, format: 'full' });
  return askMetadata(
    base,
    `/computeMetadata/v1/instance/service-accounts/default/identity?${query}`,
    { headers: { 'Metadata-Flavor': 'Google' } },
  );
}

async function fromAzure(base: string, { audience, clientId }: TokenRequest): Promise<string> {
  const query = new URLSearchParams({
    'api-version': '2018-02-01',
    resource: audience,
    ...(clientId === '' ? {} : { client_id: clientId }),
  });
  const text = await askMetadata(base, `/metadata/identity/oauth2/token?${query}`, {
    headers: { Metadata: 'true' },
  });
  return (JSON.parse(text ?? '{}') as { readonly access_token?: string }).access_token ?? '';
}
