// `evenkeel up` (npm start): the whole fleet on this machine, until Ctrl-C.
import type { Command } from 'commander';
import { InputError } from '../fleet/errors.ts';
import type { FleetEvent, RunningFleet } from '../local/start-fleet.ts';

const clinicPort = 8080;

interface UpOptions {
  readonly port: string;
  readonly json?: true;
}

export function addUpCommand(program: Command): void {
  program
    .command('up')
    .description('bring up the whole fleet on this machine (npm start)')
    .option('--port <port>', "port of the clinic's view", String(clinicPort))
    .option('--json', 'print one JSON event per line')
    .action(async (options: UpOptions) => {
      const port = parsePort(options.port);
      await runUntilStopped(port, options.json === true ? printJson : printForPeople);
    });
}

/** A TCP port people may choose; `InputError` 'wrong-port'. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw new InputError('wrong-port', {
    found: `"${text}" is not a port`,
    why: "The clinic's view listens on a TCP port",
    remedy: `Choose one from 1024 to 65535, for example --port ${clinicPort}`,
  });
}

async function runUntilStopped(port: number, onEvent: (event: FleetEvent) => void): Promise<void> {
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve());
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stopping.abort());
  let fleet: RunningFleet;
  try {
    // Loaded only by those who need it: the other verbs start in a third of the time without it.
    const { startFleet } = await import('../local/start-fleet.ts');
    fleet = await startFleet(port, onEvent, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    // Stopped while it was coming up: everything started so far is down again.
    onEvent({ event: 'stopped' });
    return;
  }
  await stopped;
  await fleet.stop();
  onEvent({ event: 'stopped' });
}

const printJson = (event: FleetEvent) => console.log(JSON.stringify(event));

function printForPeople(event: FleetEvent): void {
  switch (event.event) {
    case 'progress':
      console.log(`  ${event.seconds.toFixed(1).padStart(5)} s  ${event.step}`);
      break;
    case 'change':
      console.log(`  ${new Date().toLocaleTimeString()}  ${event.name}: ${event.what}`);
      break;
    case 'stopped':
      console.log('Stopped. Nothing of the fleet is left running.');
      break;
    case 'ready':
      console.log(readyBlock(event));
      break;
  }
}

function readyBlock({ urls, zone, primary }: Extract<FleetEvent, { event: 'ready' }>): string {
  const [host, port] = urls.dns.split(':');
  return `
  Evenkeel is up: ${Object.keys(urls.regions).length} regions, ${Object.keys(urls.vantages).length} vantages, the zone ${zone}.

    Clinic's view   ${urls.clinic}
    Operators' page ${urls.operations}
    DNS             dig @${host} -p ${port} api.${zone}
    Route 53 API    ${urls.route53}
${lines('Region', urls.regions)}
${lines('Vantage', urls.vantages)}

  Try, in another terminal:
    npx evenkeel phantom chest --out chest.png           a drawn radiograph to drop on the page
    npx evenkeel status                                  regions, weights, DNS answer
    npx evenkeel drill multi-region-recovery --yes       lose ${primary} and watch

  Research software, not for diagnosis. Ctrl-C stops everything.
`;
}

const lines = (title: string, urls: Readonly<Record<string, string>>) =>
  Object.entries(urls)
    .map(([id, url]) => `    ${title.padEnd(15)} ${url}  ${id}`)
    .join('\n');
