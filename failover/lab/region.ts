// A light region of the testbed: answers readiness and the golden inference over real TLS. The controller is the subject here.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { goldenAnswer } from './golden-answer.ts';
import { onTold, say } from './say.ts';

const wrongProbability = 0.125;
const port = 8_443;
const env = (name: string) => process.env[name] ?? '';

/** `wrong` makes it answer well and read wrongly; `right` ends that. */
let probability = goldenAnswer.probability;

async function drained(request: IncomingMessage): Promise<void> {
  for await (const _ of request);
}

const server = createServer(
  { cert: readFileSync(env('EVENKEEL_LAB_CERT')), key: readFileSync(env('EVENKEEL_LAB_KEY')) },
  (request, response) => {
    const answer = async () => {
      await drained(request);
      const isStudy = request.url === '/v1/studies';
      const body = isStudy ? { findings: [{ ...goldenAnswer, probability }] } : { status: 'ready' };
      response.setHeader('x-evenkeel-region', env('EVENKEEL_LAB_REGION'));
      response.end(JSON.stringify(body));
    };
    answer().catch(() => response.destroy());
  },
);
// A caller that vanishes in the middle of its handshake is no news here.
server.on('tlsClientError', () => undefined);
server.listen(port, env('EVENKEEL_LAB_HOST'), () => say({ ready: true }));

onTold((line) => {
  probability = line === 'wrong' ? wrongProbability : goldenAnswer.probability;
});
