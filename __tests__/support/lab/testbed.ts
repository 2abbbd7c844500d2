// The whole testbed: three regions, three vantages, the DNS provider, a bad resolver and clients, each in a network of its own.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Enclosure, enclosureObstacle } from '../../../failover/lab/enclosure.ts';
import { goldenAnswer } from '../../../failover/lab/golden-answer.ts';
import { labFleet } from '../../../failover/lab/lab-fleet.ts';
import type { Pace } from '../../../failover/lab/lab-fleet.ts';
import { LabProcess } from '../../../failover/lab/lab-process.ts';
import {
  cablesScript,
  foundationScript,
  forwardingScript,
  labAddress,
  routerName,
  wireEnds,
} from '../../../failover/lab/network.ts';
import type { LabNode } from '../../../failover/lab/network.ts';
import { rulesetOf } from '../../../failover/lab/wire-faults.ts';
import type { WireFault } from '../../../failover/lab/wire-faults.ts';
import { createAuthority } from '../../../local/authority.ts';
import { authorityName, LabRecords } from './lab-records.ts';

export interface TestbedOptions {
  readonly pace: Pace;
  /** Of the provider's own health checks: 0.1 asks every second, 100 practically never. */
  readonly checkScale?: number;
  /** Nodes joined by the user-space wire. */
  readonly wired?: readonly string[];
}

const apiPort = 4_570;
const controllerPort = 5_500;
const clientName = 'client';
const checkout = join(__dirname, '..', '..', '..');
const tsx = (entry: string) =>
  [process.execPath, '--import', 'tsx', join(checkout, entry)] as const;

export class Testbed extends LabRecords {
  readonly #options: TestbedOptions;
  readonly #nodes: readonly LabNode[];
  #enclosure: Enclosure | null = null;

  private constructor(options: TestbedOptions) {
    super(labFleet(options.pace));
    this.#options = options;
    const node = (name: string, network: number, ...more: string[]): LabNode => ({
      name,
      addresses: [labAddress(network, 2), ...more],
      wired: options.wired?.includes(name) ?? false,
    });
    this.#nodes = [
      ...this.fleet.regions.map(({ id }, i) => node(id, 1 + i)),
      ...this.fleet.vantages.map(({ id }, i) => node(id, 11 + i)),
      node(authorityName, 53, labAddress(53, 3)),
      node('resolver', 54),
      node(clientName, 21),
    ];
  }

  static async start(options: TestbedOptions): Promise<Testbed> {
    const testbed = new Testbed(options);
    try {
      await testbed.#build();
    } catch (error) {
      await testbed.close();
      throw error;
    }
    return testbed;
  }

  address(node: string): string {
    const [address = ''] = this.#nodes.find(({ name }) => name === node)?.addresses ?? [];
    if (address === '') throw new Error(`the testbed has no node ${node}`);
    return address;
  }

  get nameServers(): readonly string[] {
    return [2, 3].map((host) => `${labAddress(53, host)}:53`);
  }

  /** From here on exactly these faults; resolves with when they began. */
  async strike(...faults: readonly WireFault[]): Promise<number> {
    await this.#inside().run(`nft -f - <<'END'\n${rulesetOf(faults)}END`, routerName);
    return Date.now();
  }

  heal = (): Promise<number> => this.strike();

  /** No vantage of these reaches the provider's API; its name servers go on answering. */
  apiBlocked = (...vantages: readonly string[]): readonly WireFault[] =>
    vantages.map((from) => ({
      kind: 'drop',
      from: this.address(from),
      to: this.address(authorityName),
      port: apiPort,
    }));

  /** Of a node that is joined by the wire, both ways. */
  wire(node: string, delayMs: number, jitterMs: number, lossPercent: number): void {
    this.process(`wire of ${node}`).tell(`${delayMs} ${jitterMs} ${lossPercent}`);
  }

  /** An HTTP call from a node; its answer's text. Plain Node, because that starts quickest. */
  async call(node: string, url: string, init: RequestInit = {}): Promise<string> {
    const program = `fetch(${JSON.stringify(url)}, ${JSON.stringify(init)}).then((r) => r.text()).then((t) => process.stdout.write(t))`;
    return this.#inside().run(`${process.execPath} -e '${program}'`, node);
  }

  order(vantage: string, order: object): Promise<string> {
    return this.call(clientName, `http://${this.address(vantage)}:${controllerPort}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'a test', actor: 'testbed', ...order }),
    });
  }

  metrics(vantage: string): Promise<string> {
    return this.call(clientName, `http://${this.address(vantage)}:${controllerPort}/metrics`);
  }

  runInClient = (script: string): Promise<string> => this.#inside().run(script, clientName);

  /** Until the simple client's cache begins with the address: from then on it is struck with it. */
  async holdInClient(address: string): Promise<void> {
    const before = this.heard('clients', 'held').length;
    this.process('clients').tell(address);
    await this.until('the client holds it', () =>
      this.heard('clients', 'held').length > before ? true : null,
    );
  }

  get caFile(): string {
    return this.file('ca.pem');
  }

  /** How often the witness has asked, and was answered. */
  async witnessCount(): Promise<Readonly<Record<string, number>>> {
    const before = this.heard('witness', 'count').length;
    this.process('witness').tell('count');
    return this.until('the witness counts', () => {
      const counts = this.heard('witness', 'count');
      return counts.length > before ? (counts.at(-1) as unknown as Record<string, number>) : null;
    });
  }

  /** Every region up in everybody's eyes, with its normal weight, as the provider has it. */
  async peacetime(): Promise<void> {
    await this.until('peacetime', () => {
      const isNormal = this.fleet.regions.every((r) => this.weights[r.id] === r.weight);
      return isNormal && this.isUpForAll() ? true : null;
    });
  }

  async until<T>(what: string, look: () => T | null | undefined, msMax = 90_000): Promise<T> {
    const deadline = Date.now() + msMax;
    for (;;) {
      const found = look();
      if (found !== null && found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`not within ${msMax} ms: ${what}\n${this.tail()}`);
      await pause(10);
    }
  }

  /** No process, no network and no file of it is left. */
  async close(): Promise<void> {
    await this.#enclosure?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #inside(): Enclosure {
    if (this.#enclosure === null) throw new Error('the testbed is not built');
    return this.#enclosure;
  }

  async #build(): Promise<void> {
    const obstacle = enclosureObstacle();
    if (obstacle !== null) throw new Error(obstacle);
    writeFileSync(this.file('resolv.conf'), `nameserver ${this.address('resolver')}\n`);
    this.#enclosure = await Enclosure.open();
    await this.#enclosure.run(foundationScript(this.#nodes, this.file('resolv.conf')));
    await this.#enclosure.run(forwardingScript, routerName);
    for (const { name } of this.#nodes.filter((node) => node.wired === true))
      await this.#start(`wire of ${name}`, routerName, [
        'python3',
        join(checkout, 'failover/lab/wire.py'),
        ...wireEnds(this.#nodes, name),
        '20261121',
      ]);
    await this.#enclosure.run(cablesScript(this.#nodes));
    await this.heal();
    await this.#startServers();
    await Promise.all(this.fleet.vantages.map(({ id }) => this.#startVantage(id)));
    await this.peacetime();
  }

  async #startServers(): Promise<void> {
    const common = {
      EVENKEEL_LAB_PACE: this.#options.pace,
      EVENKEEL_LAB_ZONE: this.fleet.zone,
      EVENKEEL_LAB_NAME_SERVERS: this.nameServers.join(','),
      EVENKEEL_LAB_CA: this.caFile,
    };
    const trusted = await this.#certificate('trusted', this.caFile);
    const unknown = await this.#certificate('unknown', this.file('unknown-ca.pem'));
    const addresses = Object.fromEntries(
      this.fleet.regions.map(({ id }) => [id, [this.address(id)]]),
    );
    const at = (node: string) => ({ ...common, EVENKEEL_LAB_HOST: this.address(node) });
    const [{ deployment }] = await Promise.all([
      this.#start(authorityName, authorityName, tsx('__tests__/support/lab/authority-process.ts'), {
        ...at(authorityName),
        EVENKEEL_LAB_API_PORT: String(apiPort),
        EVENKEEL_LAB_CHECK_SCALE: String(this.#options.checkScale ?? 100),
        EVENKEEL_LAB_ADDRESSES: JSON.stringify(addresses),
      }),
      this.#start('resolver', 'resolver', tsx('failover/lab/impostor.ts'), {
        ...at('resolver'),
        ...unknown,
      }),
      ...this.fleet.regions.map(({ id }) =>
        this.#start(id, id, tsx('failover/lab/region.ts'), {
          ...at(id),
          ...trusted,
          EVENKEEL_LAB_REGION: id,
        }),
      ),
    ]);
    writeFileSync(this.file('golden.png'), 'the golden picture');
    const golden = { model: 'chest-pneumonia', imageFile: 'golden.png', ...goldenAnswer };
    const route53Endpoint = `http://${this.address(authorityName)}:${apiPort}`;
    const file = { ...(deployment as object), route53Endpoint, caFile: 'ca.pem', golden };
    writeFileSync(this.file('deployment.json'), JSON.stringify(file));
    await Promise.all([
      this.#start('witness', clientName, tsx('failover/lab/witness.ts'), common),
      this.#start('clients', clientName, tsx('__tests__/support/lab/clients-process.ts'), common),
    ]);
  }

  #startVantage(id: string) {
    const peers = this.vantages
      .filter((other) => other !== id)
      .map((other) => `${other}=http://${this.address(other)}:${controllerPort}`);
    return this.#start(id, id, tsx('failover/lab/vantage.ts'), {
      EVENKEEL_LAB_PACE: this.#options.pace,
      EVENKEEL_ENV: this.fleet.environment,
      EVENKEEL_DEPLOYMENT: this.file('deployment.json'),
      EVENKEEL_VANTAGE: id,
      EVENKEEL_PEERS: peers.join(','),
      EVENKEEL_STATE_DIR: this.file(id),
      EVENKEEL_HOST: this.address(id),
      EVENKEEL_PORT: String(controllerPort),
    });
  }

  async #certificate(name: string, caFile: string) {
    const authority = await createAuthority(Date.now());
    const { certPem, keyPem } = await authority.issue([`api.${this.fleet.zone}`]);
    const [cert, key] = [this.file(`${name}.crt`), this.file(`${name}.key`)];
    writeFileSync(caFile, authority.caPem);
    writeFileSync(cert, certPem);
    writeFileSync(key, keyPem, { mode: 0o600 });
    return { EVENKEEL_LAB_CERT: cert, EVENKEEL_LAB_KEY: key };
  }

  #start(
    name: string,
    node: string,
    command: readonly [string, ...string[]],
    env: Readonly<Record<string, string>> = {},
  ) {
    const logFile = this.file(`${name.replaceAll(' ', '-')}.log`);
    const started = new LabProcess(this.#inside(), { name, node, command, env, logFile });
    this.processes.set(name, started);
    return started.start();
  }
}

export const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });
