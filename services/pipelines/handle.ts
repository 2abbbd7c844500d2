// The front as a function: a call of the API and ports in, a reply out. No network, no clock, no environment.
import { InputError } from '../../fleet/errors.ts';
import { disclaimer } from '../../fleet/study.ts';
import type { Job, JobQueue } from '../adapters/job-store.ts';
import type { ObjectStore } from '../adapters/object-store.ts';
import type { Problem } from '../inference/problem.ts';
import { acceptJob } from './accept-job.ts';
import type { JobPorts } from './accept-job.ts';
import { problemReply, problemWith } from './front-problems.ts';
import { clientOf, jsonOf, reply } from './gateway.ts';
import type { GatewayCall, GatewayReply } from './gateway.ts';
import { uploadKey } from './object-keys.ts';
import {
  activeLearningRequest,
  imageBatchRequest,
  structuredRequest,
  uploadsRequest,
} from './requests.ts';
import { tokenReply } from './token-reply.ts';
import type { TokenEndpoint } from './token-reply.ts';

export interface FrontPorts extends JobPorts {
  readonly tokens: TokenEndpoint;
  readonly structured: StructuredReader;
  readonly results: Pick<ObjectStore, 'get'>;
  readonly uploads: UploadUrls;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

export interface StructuredReader {
  /** `TransientError` 'service-unavailable'. */
  read(model: string, rows: readonly (readonly number[])[]): Promise<StructuredAnswer>;
}

export type StructuredAnswer =
  | {
      readonly kind: 'read';
      readonly version: string;
      /** Calibrated, one for each row. */
      readonly probabilities: readonly number[];
    }
  /** The service's own words. */
  | { readonly kind: 'refused'; readonly problem: Problem };

export interface UploadUrls {
  /** Where one object may be put, once, until then. */
  urlFor(key: string): Promise<{
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly expiresAt: string;
  }>;
}

type Handler = (call: GatewayCall, ports: FrontPorts) => Promise<GatewayReply>;

const handlers: Readonly<Record<string, Handler>> = {
  'POST /auth': (call, { tokens }) => tokenReply(call, tokens),
  'POST /v1/structured': structured,
  'POST /v1/uploads': uploads,
  'POST /v1/image-batch': (call, ports) => job('image-batch', imageBatchRequest, call, ports),
  'POST /v1/active-learning': (call, ports) =>
    job('active-learning', activeLearningRequest, call, ports),
  'GET /v1/jobs/{id}': jobStatus,
};

export async function handle(call: GatewayCall, ports: FrontPorts): Promise<GatewayReply> {
  const answered = await answer(call, ports);
  // The route and the status, and never what was sent.
  const { requestId } = call.requestContext;
  ports.log({ requestId, route: call.routeKey, status: answered.statusCode });
  return answered;
}

async function answer(call: GatewayCall, ports: FrontPorts): Promise<GatewayReply> {
  try {
    const handler = handlers[call.routeKey];
    if (handler === undefined) throw noSuchRoute();
    return await handler(call, ports);
  } catch (error) {
    const refusal = problemReply(error);
    if (refusal.statusCode >= 500)
      ports.log({ fault: String(error instanceof Error ? error.stack : error) });
    return refusal;
  }
}

async function structured(call: GatewayCall, ports: FrontPorts): Promise<GatewayReply> {
  const { model, ids, rows } = structuredRequest(jsonOf(call).value);
  const answered = await ports.structured.read(model, rows);
  if (answered.kind === 'refused') return problemWith(answered.problem);
  const { version, probabilities } = answered;
  const results = ids.map((id, i) => ({ id, probability: probabilities[i] }));
  return reply(200, { model, version, results, disclaimer });
}

async function uploads(call: GatewayCall, ports: FrontPorts): Promise<GatewayReply> {
  const owner = clientOf(call);
  const ids = uploadsRequest(jsonOf(call).value);
  const addresses = await Promise.all(
    ids.map(async (id) => ({
      id,
      method: 'PUT',
      ...(await ports.uploads.urlFor(uploadKey(owner, id))),
    })),
  );
  return reply(200, { uploads: addresses });
}

async function job(
  queue: JobQueue,
  requestOf: (value: unknown) => unknown,
  call: GatewayCall,
  ports: FrontPorts,
): Promise<GatewayReply> {
  const { value, text } = jsonOf(call);
  const accepted = await acceptJob(ports, {
    queue,
    owner: clientOf(call),
    idempotencyKey: call.headers['idempotency-key'],
    body: text,
    request: requestOf(value),
  });
  const location = `/v1/jobs/${accepted.id}`;
  return reply(202, jobView(accepted), { location, 'retry-after': String(pollSeconds) });
}

/** A worker starts within a minute. */
const pollSeconds = 30;

async function jobStatus(call: GatewayCall, ports: FrontPorts): Promise<GatewayReply> {
  const id = call.pathParameters?.['id'] ?? '';
  const found = /^[0-9a-f]{32}$/.test(id) ? await ports.jobs.get(id) : null;
  // Somebody else's job is none: that it exists is theirs to tell.
  if (found === null || found.owner !== clientOf(call)) throw noSuchJob();
  const isOver = found.end !== null;
  return reply(
    200,
    { ...jobView(found), ...(await outcome(found, ports.results)) },
    isOver ? {} : { 'retry-after': String(pollSeconds) },
  );
}

const jobView = ({ id, queue, state, createdAtMs }: Job) => ({
  id,
  pipeline: queue,
  state,
  createdAt: new Date(createdAtMs).toISOString(),
});

async function outcome({ end, queue }: Job, results: FrontPorts['results']): Promise<object> {
  if (end === null) return {};
  if (end.kind === 'failed') return { failure: { code: end.code, detail: end.detail } };
  if (queue === 'active-learning') return { candidate: end.result };
  // The bucket forgets findings after two days: then the job is still known, and they are null.
  const bytes = await results.get(end.result);
  return {
    results: bytes === null ? null : (JSON.parse(new TextDecoder().decode(bytes)) as unknown),
    disclaimer,
  };
}

const noSuchJob = () =>
  new InputError('no-such-job', {
    found: 'There is no job of this id, or it is not yours',
    why: 'Jobs are forgotten after a week',
    remedy: 'Use the Location that the request was answered with',
  });

const noSuchRoute = () =>
  new InputError('no-such-route', {
    found: 'Nothing answers at this URL with this method',
    why: `There are ${Object.keys(handlers).join(', ')}`,
    remedy: 'Correct the URL or the method',
  });
