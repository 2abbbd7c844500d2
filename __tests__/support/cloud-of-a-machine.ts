// What surrounds a test machine: object storage, the metadata services of three clouds at their real address, and AWS's
// autoscaling API. Runs in the machine's network; told and asked over 127.0.0.1:8082.
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';

const [releases = ''] = process.argv.slice(2);
const region = 'eu-west-3';
const instance = 'i-0123456789abcdef0';
const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtYWNoaW5lIn0.c2lnbmF0dXJl';

/** Changed by PUT /state. */
let state = { lifecycle: 'InService', events: [] as object[] };
const calls: object[] = [];

const notFound = (response: ServerResponse) => void response.writeHead(404).end();
const refused = (response: ServerResponse, code: number) => void response.writeHead(code).end();

/** Below /gcs and /azure only the machine's own token opens the door, as in the clouds. */
function storage({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
  const [, door = ''] = url.split('/');
  const isAllowed =
    door === 'gcs'
      ? headers.authorization === 'Bearer google-token'
      : door !== 'azure' ||
        (headers.authorization === 'Bearer azure-token' && headers['x-ms-version'] !== undefined);
  if (!isAllowed) return refused(response, 403);
  const file = join(releases, basename(url));
  if (!existsSync(file)) return notFound(response);
  createReadStream(file).pipe(response);
}

const awsAnswers: Readonly<Record<string, () => string>> = {
  'placement/region': () => region,
  'instance-id': () => instance,
  'autoscaling/target-lifecycle-state': () => state.lifecycle,
  'iam/security-credentials/': () => 'machine-role',
  'iam/security-credentials/machine-role': () =>
    JSON.stringify({
      Code: 'Success',
      AccessKeyId: 'ASIAMACHINE',
      SecretAccessKey: 'secret',
      Token: 'session',
      Expiration: new Date(Date.now() + 3_600_000).toISOString(),
    }),
};

/** IMDSv2 as instances are made to require it: nothing without a token, and a token for whoever states its lifetime. */
function awsMetadata(
  { method, url = '', headers }: IncomingMessage,
  response: ServerResponse,
): void {
  if (url === '/latest/api/token') {
    const isAsked =
      method === 'PUT' && headers['x-aws-ec2-metadata-token-ttl-seconds'] !== undefined;
    return isAsked ? void response.end('imds-token') : refused(response, 400);
  }
  if (headers['x-aws-ec2-metadata-token'] !== 'imds-token') return refused(response, 401);
  const answer = awsAnswers[url.replace('/latest/meta-data/', '')];
  return answer === undefined ? notFound(response) : void response.end(answer());
}

function googleMetadata({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
  if (headers['metadata-flavor'] !== 'Google') return refused(response, 403);
  if (url.endsWith('/default/token'))
    return void response.end('{"access_token":"google-token","expires_in":3599}');
  if (url.includes('/default/identity?audience=')) return void response.end(jwt);
  return notFound(response);
}

async function azureMetadata(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '', headers } = request;
  if (headers['metadata'] !== 'true') return refused(response, 400);
  if (url.includes('/oauth2/token?'))
    return void response.end('{"access_token":"azure-token","token_type":"Bearer"}');
  if (url.includes('/compute/name?')) return void response.end('machine_0');
  if (!url.startsWith('/metadata/scheduledevents?')) return notFound(response);
  if (method === 'POST') calls.push({ azure: JSON.parse(await text(request)) });
  response.end(JSON.stringify({ DocumentIncarnation: 1, Events: state.events }));
}

async function metadata(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = '' } = request;
  if (url.startsWith('/latest/')) return awsMetadata(request, response);
  if (url.startsWith('/computeMetadata/')) return googleMetadata(request, response);
  return azureMetadata(request, response);
}

async function autoscaling(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { authorization = '' } = request.headers;
  calls.push({ authorization, body: await text(request) });
  response.setHeader('content-type', 'text/xml');
  response.end(
    '<CompleteLifecycleActionResponse><CompleteLifecycleActionResult/></CompleteLifecycleActionResponse>',
  );
}

async function control(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'PUT') state = { ...state, ...JSON.parse(await text(request)) };
  response.end(JSON.stringify(calls));
}

const listen = (
  port: number,
  address: string,
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
) => createServer((request, response) => void answer(request, response)).listen(port, address);

listen(8080, '127.0.0.1', storage);
listen(80, '169.254.169.254', metadata);
listen(8081, '127.0.0.1', autoscaling);
listen(8082, '127.0.0.1', control);
