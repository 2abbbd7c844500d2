// A region of the bench as a process: the testbed's light region over TLS, and the same readiness in plain HTTP for the peer.
import { createServer } from 'node:http';
import '../../failover/lab/region.ts';
import { plainPort } from './plain-port.ts';

// One process answers both, so that one kill strikes both.
createServer((request, response) => {
  response.statusCode = request.url === '/readyz' ? 200 : 404;
  response.end('ready');
}).listen(plainPort, process.env['EVENKEEL_LAB_HOST']);
