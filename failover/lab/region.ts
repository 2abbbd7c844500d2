// A light region of the testbed: answers readiness, uploads and its own counts over real TLS. The controller is the subject.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { goldenAnswer } from './golden-answer.ts';
import { countAnswer, requestTally } from './request-tally.ts';
import { onTold, say } from './say.ts';

const wrongProbability = 0.125;
const port = 8_443;
const env = (name: string) => process.env[name] ?? '';
const name = env('EVENKEEL_LAB_REGION');

/**
 * - `right`: as it should be.
 * - `wrong`: answers well and reads wrongly.
 * - `erring`: reads the golden picture well, and fails every upload of its users.
 */
type Conduct = 'right' | 'wrong' | 'erring';
let conduct: Conduct = 'right';

async function drained(request: IncomingMessage): Promise<void> {
  for await (const _ of request);
}

/** Controllers upload by a form; the testbed's clinics do not. */
const isGolden = ({ headers }: IncomingMessage) =>
  headers['content-type']?.startsWith('multipart/') === true;

async function answerTo(request: IncomingMessage): Promise<{ status: number; body: string }> {
  await drained(request);
  if (request.url === '/metrics') return { status: 200, body: await requestTally() };
  if (request.url !== '/v1/studies') return { status: 200, body: '{"status":"ready"}' };
  if (conduct === 'erring' && !isGolden(request)) return { status: 500, body: '' };
  const probability = conduct === 'wrong' ? wrongProbability : goldenAnswer.probability;
  return { status: 200, body: JSON.stringify({ findings: [{ ...goldenAnswer, probability }] }) };
}

const server = createServer(
  { cert: readFileSync(env('EVENKEEL_LAB_CERT')), key: readFileSync(env('EVENKEEL_LAB_KEY')) },
  (request, response) => {
    const fromMs = performance.now();
    const answer = async () => {
      const { status, body } = await answerTo(request);
      countAnswer(name, request.url ?? '', status, performance.now() - fromMs);
      response.writeHead(status, { 'x-evenkeel-region': name }).end(body);
    };
    answer().catch(() => response.destroy());
  },
);
// A caller that vanishes in the middle of its handshake is no news here.
server.on('tlsClientError', () => undefined);
server.listen(port, env('EVENKEEL_LAB_HOST'), () => say({ ready: true }));

onTold((line) => {
  conduct = line as Conduct;
});
