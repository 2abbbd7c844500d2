// A resolver gone bad: answers every question with an address of its own, where a server with an unknown certificate waits,
// and with TTLs that no zone has.
import dnsPacket from 'dns-packet';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { say } from './say.ts';

const dnsPort = 53;
const httpsPort = 8_443;
/** One after another: never, for longer than any zone says, and until the clock runs out (RFC 2181, section 8). */
const ttlsSeconds = [0, 600, 2_147_483_647];
let answered = 0;
const env = (name: string) => process.env[name] ?? '';
const address = env('EVENKEEL_LAB_HOST');

const nextTtl = () => ttlsSeconds[answered++ % ttlsSeconds.length] ?? 0;

const socket = createSocket('udp4');
socket.on('message', (packet, asker) => {
  const { id, questions = [] } = dnsPacket.decode(packet);
  for (const { name, type } of questions)
    say({ at: Date.now(), event: 'question', name, type, asker: asker.address });
  const answers = questions
    .filter(({ type }) => type === 'A')
    .map(({ name }) => ({ type: 'A' as const, name, ttl: nextTtl(), data: address }));
  const reply = { type: 'response' as const, id: id ?? 0, questions, answers };
  socket.send(dnsPacket.encode(reply), asker.port, asker.address);
});

const server = createServer(
  { cert: readFileSync(env('EVENKEEL_LAB_CERT')), key: readFileSync(env('EVENKEEL_LAB_KEY')) },
  (_, response) => response.end('impostor'),
);
server.on('tlsClientError', () => undefined);

socket.bind({ address, port: dnsPort }, () =>
  server.listen(httpsPort, address, () => say({ ready: true })),
);
