// The DNS provider of the testbed: the strict Route 53 behind a front that notes every batch in the order it is decided.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { onTold, say } from '../../../failover/lab/say.ts';
import { labFleet, paceFrom } from '../../../failover/lab/lab-fleet.ts';
import { provision } from '../../../local/provision.ts';
import { startRoute53 } from '../../../local/route53/server.ts';
import { batchOf, withoutFence } from './batch-of.ts';
import { HeldCalls } from './held-calls.ts';
import type { HeldStage } from './held-calls.ts';

const env = (name: string) => process.env[name] ?? '';
const [host, port] = [env('EVENKEEL_LAB_HOST'), Number(env('EVENKEEL_LAB_API_PORT'))];

const route53 = await startRoute53({
  dnsHost: host,
  dnsPort: 53,
  // Wide enough to strike a change between its acceptance and its being served.
  pendingMs: 300,
  processingMs: 50,
  // Three controllers of a suite ask more often than an account may; throttling has tests of its own.
  requestsPerSecond: 50,
  healthCheckIntervalScale: Number(env('EVENKEEL_LAB_CHECK_SCALE')),
});
const nameServers = env('EVENKEEL_LAB_NAME_SERVERS').split(',');
const deployment = await provision({
  fleet: labFleet(paceFrom(process.env['EVENKEEL_LAB_PACE'])),
  route53Url: route53.apiUrl,
  nameServer: nameServers[0] ?? '',
  addresses: JSON.parse(env('EVENKEEL_LAB_ADDRESSES')) as Record<string, string[]>,
});

let isFenced = true;
const held = new HeldCalls();
/** One batch at a time, so that the order of the notes is the order of the decisions. */
let last: Promise<unknown> = Promise.resolve();

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function forward(request: IncomingMessage, body: string): Promise<[number, string]> {
  const answer = await fetch(new URL(request.url ?? '/', route53.apiUrl), {
    method: request.method ?? 'GET',
    headers: { authorization: request.headers.authorization ?? '' },
    ...(body === '' ? {} : { body }),
  });
  return [answer.status, await answer.text()];
}

async function decide(request: IncomingMessage, body: string): Promise<[number, string]> {
  const [status, text] = await forward(request, isFenced ? body : withoutFence(body));
  const error = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? null;
  say({ at: Date.now(), event: 'batch', ...batchOf(body), accepted: status === 200, error });
  return [status, text];
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const from = request.socket.remoteAddress ?? '';
  const isBatch = request.method === 'POST' && batchOf(body) !== null;
  if (isBatch) await waitIfHeld('batch', from);
  else say({ at: Date.now(), event: 'call', from });
  const answer = isBatch
    ? last.catch(() => undefined).then(() => decide(request, body))
    : forward(request, body);
  if (isBatch) last = answer;
  const [status, text] = await answer;
  await waitIfHeld(stageOfAnswer(request), from);
  response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
}

function stageOfAnswer({ method, url = '' }: IncomingMessage): HeldStage | null {
  if (method === 'POST') return 'answer';
  return url.includes('/rrset') ? 'reading' : null;
}

async function waitIfHeld(stage: HeldStage | null, from: string): Promise<void> {
  if (stage === null || !held.holds(stage, from)) return;
  say({ at: Date.now(), event: 'held', stage, from });
  await held.released();
}

/** Connections stay open between changes, so that a batch can be on its way while its sender is stopped. */
const keepAliveTimeout = 60_000;

createServer({ keepAliveTimeout }, (request, response) => {
  serve(request, response).catch(() => response.destroy());
}).listen(port, host, () => say({ ready: true, deployment: { ...deployment, nameServers } }));

/** The second name server: another address for the same zone, so that it can be lost by itself. */
function relay(address: string): void {
  const socket = createSocket('udp4');
  socket.on('message', (question, asker) => {
    const onward = createSocket('udp4');
    const giveUp = setTimeout(() => onward.close(), 1_000);
    onward.on('message', (answer) => {
      clearTimeout(giveUp);
      onward.close();
      socket.send(answer, asker.port, asker.address);
    });
    onward.send(question, 53, host);
  });
  socket.bind(53, address);
}
for (const server of nameServers.slice(1)) relay(server.replace(/:\d+$/, ''));

/** What the testbed may tell this process; it says `told` once it has obeyed. */
export interface AuthorityOrder {
  readonly fence?: 'on' | 'off';
  readonly hold?: HeldStage;
  readonly from?: readonly string[];
  readonly release?: true;
}

onTold((line) => {
  const { fence, hold, from = [], release } = JSON.parse(line) as AuthorityOrder;
  if (fence !== undefined) isFenced = fence === 'on';
  if (hold !== undefined) held.hold(hold, from);
  if (release === true) held.release();
  say({ event: 'told' });
});
