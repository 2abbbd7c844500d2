// Writes the machine's identity token where the AWS SDK looks for it (AWS_WEB_IDENTITY_TOKEN_FILE): no AWS key exists anywhere.
import { rename, writeFile } from 'node:fs/promises';
import { identityToken } from './identity-token.ts';
import { metadataUrl } from './metadata.ts';

const { CLOUD, AWS_TOKEN_AUDIENCE = '', AZURE_CLIENT_ID = '' } = process.env;
const file = process.env['AWS_WEB_IDENTITY_TOKEN_FILE'] ?? '/run/evenkeel/aws-token';

if (AWS_TOKEN_AUDIENCE === '') {
  console.log('AWS_TOKEN_AUDIENCE is not set: this machine needs no token');
} else {
  const token = await identityToken(metadataUrl, {
    cloud: CLOUD ?? '',
    audience: AWS_TOKEN_AUDIENCE,
    clientId: AZURE_CLIENT_ID,
  });
  // Renamed into place: a reader finds the old token or the new one, never half of it.
  await writeFile(`${file}.new`, token, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
