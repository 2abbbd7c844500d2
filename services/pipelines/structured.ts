// The service for structured data as a task of ECS: a certificate of its own for the way from the balancer, then the service as everywhere.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** The balancer does not verify it: it keeps what crosses the wire from being read, no more. It lives as long as the task. */
const days = 365;

async function certificate(): Promise<void> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: hostname() }], {
    keyType: 'ec',
    notAfterDate: new Date(Date.now() + days * 86_400_000),
  });
  const folder = await mkdtemp(join(tmpdir(), 'tls-'));
  const files = { TLS_CERT_FILE: cert, TLS_KEY_FILE: key };
  for (const [name, pem] of Object.entries(files)) {
    const path = join(folder, name.toLowerCase());
    await writeFile(path, pem, { mode: 0o600 });
    process.env[name] = path;
  }
}

await certificate();
// It reads its settings from the environment when it is loaded.
await import('../inference/server.ts');
