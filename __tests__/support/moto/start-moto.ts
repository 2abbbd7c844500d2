// An AWS of this machine for one test: the emulator moto on a free port, with nothing in it, ended by its process id.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Moto {
  readonly endpoint: string;
  /** What makes Terraform, its provider and the AWS SDK speak to this emulator only. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const readyWaitMsMax = 60_000;
const readyStepMs = 200;
const saidCharsMax = 16_384;

/** Null when terraform and moto are here; otherwise what to install. */
export function missingTool(): string | null {
  if (spawnSync('terraform', ['version']).status !== 0)
    return 'terraform 1.10 or newer is not on the PATH';
  if (spawnSync('python3', ['-c', 'import moto.server']).status !== 0)
    return "python3 has no moto: pip install 'moto[server]==5.2.1'";
  return null;
}

const settings = {
  // Attaching AWS's own policies fails otherwise.
  MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
  // Certificates are issued at once instead of after a minute.
  MOTO_ACM_VALIDATION_WAIT: '1',
};

export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const child = spawn('python3', [join(__dirname, 'moto-server.py'), '--port', String(port)], {
    env: { ...process.env, ...settings, MOTO_PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-saidCharsMax);
  });
  const ended = once(child, 'exit');
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  for (let waitedMs = 0; !(await answers(endpoint)); waitedMs += readyStepMs) {
    if (child.exitCode !== null || waitedMs >= readyWaitMsMax) {
      if (child.exitCode === null) await stop();
      throw new Error(`moto does not answer at ${endpoint}:\n${said}`);
    }
    await sleep(readyStepMs);
  }
  return { endpoint, env: environmentOf(endpoint), stop };
}

const environmentOf = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: 'emulated',
  AWS_SECRET_ACCESS_KEY: 'emulated',
  AWS_EC2_METADATA_DISABLED: 'true',
  // What moto lacks it answers with 500, and the provider would go on asking for minutes.
  AWS_MAX_ATTEMPTS: '3',
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const answers = (endpoint: string) =>
  fetch(`${endpoint}/moto-api/`).then(
    (answer) => answer.ok,
    () => false,
  );
