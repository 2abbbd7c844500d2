// Says that the process runs, to whoever asks, and nothing else: balancers and supervisors have no certificate.
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const requestMsMax = 2_000;
const connectionsMax = 32;
const headerBytesMax = 4_096;

export interface Liveness {
  readonly port: number;
  close(): Promise<void>;
}

/** `GET /livez` is 200; all else is 404, and nothing of what is sent is read. */
export async function startLiveness(host: string, port: number): Promise<Liveness> {
  const server = createServer(
    {
      requestTimeout: requestMsMax,
      headersTimeout: requestMsMax,
      connectionsCheckingInterval: requestMsMax,
      maxHeaderSize: headerBytesMax,
      keepAlive: false,
    },
    ({ method, url }, response) => {
      const isAsked = url === '/livez' && (method === 'GET' || method === 'HEAD');
      response.writeHead(isAsked ? 200 : 404, { connection: 'close', 'content-length': 0 }).end();
    },
  );
  server.maxConnections = connectionsMax;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return { port: bound, close: () => closed(server) };
}

const closed = (server: Server) =>
  new Promise<void>((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
