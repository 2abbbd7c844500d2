// A region of the bench as a process: the testbed's light region over TLS, and the same readiness in plain HTTP for the peer.
import { createServer } from 'node:http';
import '../../failover/lab/region.ts';
import { requestsPerConnection } from '../../failover/leap/client-model.ts';
import { plainPort } from './plain-port.ts';

// One process answers both, so that one kill strikes both.
const plain = createServer((request, response) => {
  response.statusCode = request.url === '/readyz' ? 200 : 404;
  response.end('ready');
});
// As servers do that limit the life of a connection: a client that was once led elsewhere must come back some time.
plain.maxRequestsPerSocket = requestsPerConnection;
plain.listen(plainPort, process.env['EVENKEEL_LAB_HOST']);
