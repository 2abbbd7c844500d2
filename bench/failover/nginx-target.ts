// Something to probe that is never the limit: one nginx that answers readiness over TLS on every address of 127.0.0.0/8.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority } from '../../local/authority.ts';

export interface NginxTarget {
  readonly caFile: string;
  readonly port: number;
  close(): Promise<void>;
}

const readyMsMax = 10_000;

/** Null where it is not installed. */
export function nginxVersion(): string | null {
  const { status, stderr } = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
  return status === null ? null : (/nginx\/(\S+)/.exec(stderr)?.[1] ?? null);
}

/** On one core and before all others there: what is measured must not wait for whoever else works on the machine. */
export const isolated = (
  core: number,
  command: readonly string[],
): readonly [string, ...string[]] => [
  'chrt',
  '--rr',
  '1',
  'taskset',
  '--cpu-list',
  String(core),
  ...command,
];

/**
 * Regions share no secrets, so nobody's TLS session is worth anything at the next one: neither tickets nor a cache, and
 * each new connection is a whole handshake.
 */
const nginxConfigText = (directory: string, port: number): string => `daemon off;
master_process off;
pid ${directory}/pid;
error_log stderr error;
events { worker_connections 16384; }
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  server {
    listen ${port} ssl backlog=8192 reuseport;
    ssl_certificate ${directory}/region.crt;
    ssl_certificate_key ${directory}/region.key;
    ssl_protocols TLSv1.3;
    ssl_session_tickets off;
    ssl_session_cache off;
    keepalive_requests 100000;
    location = /readyz { return 200 "ready"; }
  }
}
`;

export async function startNginx(name: string, port: number, core: number): Promise<NginxTarget> {
  const directory = mkdtempSync(join(tmpdir(), 'failover-bench-nginx-'));
  const authority = await createAuthority(Date.now());
  const { certPem, keyPem } = await authority.issue([name]);
  const caFile = join(directory, 'ca.pem');
  writeFileSync(caFile, authority.caPem);
  writeFileSync(join(directory, 'region.crt'), certPem);
  writeFileSync(join(directory, 'region.key'), keyPem, { mode: 0o600 });
  writeFileSync(join(directory, 'nginx.conf'), nginxConfigText(directory, port));
  const [program, ...rest] = isolated(core, [
    'nginx',
    '-p',
    directory,
    '-c',
    join(directory, 'nginx.conf'),
  ]);
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
  const gone = once(child, 'exit');
  const close = async () => {
    child.kill('SIGTERM');
    await gone;
    rmSync(directory, { recursive: true, force: true });
  };
  for (const deadline = Date.now() + readyMsMax; !(await listens(port)); await sleep(50))
    if (child.exitCode !== null || Date.now() > deadline) {
      await close();
      throw new Error(`nginx does not listen at ${port}`);
    }
  return { caFile, port, close };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
