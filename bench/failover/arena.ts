// One testbed for all: three regions, our three vantages and provider, and three gdnsd beside the first vantage.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { journalLines } from '../../failover/adapters/file-journal.ts';
import { Enclosure } from '../../failover/lab/enclosure.ts';
import { goldenAnswer } from '../../failover/lab/golden-answer.ts';
import { labFleet } from '../../failover/lab/lab-fleet.ts';
import { LabProcess } from '../../failover/lab/lab-process.ts';
import {
  cablesScript,
  foundationScript,
  forwardingScript,
  labAddress,
  routerName,
  wireEnds,
} from '../../failover/lab/network.ts';
import type { LabNode } from '../../failover/lab/network.ts';
import { rulesetOf } from '../../failover/lab/wire-faults.ts';
import type { WireFault } from '../../failover/lab/wire-faults.ts';
import type { VantageId } from '../../fleet/fleet.ts';
import { apiName } from '../../fleet/records.ts';
import { arenaCertificates } from './arena-certificates.ts';
import type { ArenaCertificates } from './arena-certificates.ts';
import { gdnsdArms, ours } from './arms.ts';
import { GdnsdPeer } from './gdnsd-peer.ts';
import { plainPort } from './plain-port.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const apiPort = 4_570;
const dnsPort = 53;
const controllerPort = 5_500;
const gdnsdPortBase = 5_301;
const providerName = 'provider';
const clientName = 'client';
const wireSeed = '20261121';
const reportMsMax = 10_000;

/** What the askers say of one server and the watched address. */
export interface Sighting {
  readonly lastWith: number | null;
  readonly firstWithout: number | null;
  readonly share: number;
  readonly answers: number;
}

type Env = Readonly<Record<string, string>>;

export class Arena {
  readonly fleet = labFleet('steady');
  readonly peers: readonly GdnsdPeer[];
  readonly #directory: string;
  readonly #enclosure: Enclosure;
  readonly #nodes: readonly LabNode[];
  readonly #processes = new Map<string, LabProcess>();
  #certificates: ArenaCertificates = { region: {}, vantages: {} };

  private constructor(enclosure: Enclosure, directory: string, isWired: boolean) {
    this.#enclosure = enclosure;
    this.#directory = directory;
    const { regions, vantages } = this.fleet;
    const node = (name: string, network: number): LabNode => ({
      name,
      addresses: [labAddress(network, 2)],
      wired: isWired && name === this.watchtower,
    });
    this.#nodes = [
      ...regions.map(({ id }, i) => node(id, 1 + i)),
      ...vantages.map(({ id }, i) => node(id, 11 + i)),
      node(providerName, 53),
      node(clientName, 21),
    ];
    this.peers = Object.entries(gdnsdArms(this.fleet.probe)).map(
      ([name, thresholds], index) =>
        new GdnsdPeer(enclosure, this.watchtower, name, {
          directory: join(directory, name.replaceAll(' ', '-')),
          listenAddress: this.address(this.watchtower),
          listenPort: gdnsdPortBase + index,
          zone: this.fleet.zone,
          addresses: Object.fromEntries(regions.map(({ id }) => [id, this.address(id)])),
          checkPort: plainPort,
          thresholds,
        }),
    );
  }

  /** `isWired` joins the first vantage, and gdnsd with it, by a wire that can lose packets. */
  static async open(isWired: boolean): Promise<Arena> {
    const directory = mkdtempSync(join(tmpdir(), 'failover-bench-'));
    const enclosure = await Enclosure.open();
    const arena = new Arena(enclosure, directory, isWired);
    try {
      await arena.#build();
    } catch (error) {
      await arena.close();
      throw error;
    }
    return arena;
  }

  /** Where our first vantage stands, and gdnsd beside it: the same view of the world. */
  get watchtower(): string {
    return this.fleet.vantages[0]?.id ?? '';
  }

  address(name: string): string {
    const [address = ''] = this.#nodes.find((node) => node.name === name)?.addresses ?? [];
    if (address === '') throw new Error(`the bench has no node ${name}`);
    return address;
  }

  process(name: string): LabProcess {
    const found = this.#processes.get(name);
    if (found === undefined) throw new Error(`the bench has no process ${name}`);
    return found;
  }

  /** From here on exactly these faults of the wire. */
  async strike(faults: readonly WireFault[]): Promise<void> {
    await this.#enclosure.run(`nft -f - <<'END'\n${rulesetOf(faults)}END`, routerName);
  }

  lose(percent: number): void {
    this.process(wireOf(this.watchtower)).tell(`0 0 ${percent}`);
  }

  /** From here on the askers look for this region's address. */
  watch(region: string): void {
    for (const name of [askerOf(clientName), askerOf(this.watchtower)])
      this.process(name).tell(`watch ${this.address(region)}`);
  }

  async sightings(): Promise<Readonly<Record<string, Sighting>>> {
    const told = await Promise.all(
      [askerOf(clientName), askerOf(this.watchtower)].map((name) => this.#report(name)),
    );
    return Object.assign({}, ...told) as Record<string, Sighting>;
  }

  /** What our vantages said of a region since a moment, the oldest first. */
  async verdicts(region: string, since: number) {
    const all = await Promise.all(
      this.fleet.vantages.map(async ({ id }) => {
        const lines = await journalLines(join(this.#directory, id));
        return lines.flatMap((line) => verdictIn(line, region, since));
      }),
    );
    return all.flat().toSorted((a, b) => a.at - b.at);
  }

  /** No process, no network and no file of it is left. */
  async close(): Promise<void> {
    await this.#enclosure.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #report(name: string): Promise<Readonly<Record<string, Sighting>>> {
    const asker = this.process(name);
    const before = asker.heard('report').length;
    asker.tell('report');
    for (const deadline = Date.now() + reportMsMax; Date.now() < deadline; await sleep(10)) {
      const told = asker.heard('report');
      if (told.length > before) return told.at(-1)?.['servers'] as Record<string, Sighting>;
    }
    throw new Error(`${name} does not report`);
  }

  async #build(): Promise<void> {
    const resolverFile = join(this.#directory, 'resolv.conf');
    // Nobody here may ask a resolver; a question to this address goes nowhere.
    writeFileSync(resolverFile, `nameserver ${labAddress(99, 2)}\n`);
    await this.#enclosure.run(foundationScript(this.#nodes, resolverFile));
    await this.#enclosure.run(forwardingScript, routerName);
    for (const { name } of this.#nodes.filter(({ wired }) => wired === true)) {
      const [near, far] = wireEnds(this.#nodes, name);
      const program = join(checkout, 'failover/lab/wire.py');
      await this.#start(wireOf(name), routerName, ['python3', program, near, far, wireSeed]);
    }
    await this.#enclosure.run(cablesScript(this.#nodes));
    await this.strike([]);
    await this.#startServers();
    await Promise.all(this.fleet.vantages.map(({ id }) => this.#startVantage(id)));
    await Promise.all(this.peers.map((peer) => peer.start()));
    await this.#startAskers();
  }

  async #startServers(): Promise<void> {
    this.#certificates = await arenaCertificates(this.fleet, this.#directory);
    const regions = this.fleet.regions.map(({ id }) => id);
    const [{ deployment }] = await Promise.all([
      this.#start(providerName, providerName, tsx('bench/failover/provider.ts'), {
        EVENKEEL_LAB_HOST: this.address(providerName),
        EVENKEEL_LAB_API_PORT: String(apiPort),
        EVENKEEL_LAB_ADDRESSES: JSON.stringify(
          Object.fromEntries(regions.map((id) => [id, [this.address(id)]])),
        ),
      }),
      ...regions.map((id) =>
        this.#start(id, id, tsx('bench/failover/target.ts'), {
          EVENKEEL_LAB_HOST: this.address(id),
          ...this.#certificates.region,
          EVENKEEL_LAB_REGION: id,
        }),
      ),
    ]);
    writeFileSync(join(this.#directory, 'golden.png'), 'the golden picture');
    const golden = { model: 'chest-pneumonia', imageFile: 'golden.png', ...goldenAnswer };
    const route53Endpoint = `http://${this.address(providerName)}:${apiPort}`;
    const file = { ...(deployment as object), route53Endpoint, caFile: 'ca.pem', golden };
    writeFileSync(join(this.#directory, 'deployment.json'), JSON.stringify(file));
  }

  #startVantage(id: VantageId) {
    const peers = this.fleet.vantages
      .filter((other) => other.id !== id)
      .map((other) => `${other.id}=https://${this.address(other.id)}:${controllerPort}`);
    return this.#start(id, id, tsx('failover/lab/vantage.ts'), {
      EVENKEEL_LAB_PACE: 'steady',
      EVENKEEL_ENV: this.fleet.environment,
      EVENKEEL_DEPLOYMENT: join(this.#directory, 'deployment.json'),
      EVENKEEL_VANTAGE: id,
      EVENKEEL_PEERS: peers.join(','),
      EVENKEEL_STATE_DIR: join(this.#directory, id),
      EVENKEEL_HOST: this.address(id),
      EVENKEEL_PORT: String(controllerPort),
      EVENKEEL_CANARIES: [apiPort, dnsPort]
        .map((port) => `${this.address(providerName)}:${port}`)
        .join(','),
      ...this.#certificates.vantages[id],
    });
  }

  /** gdnsd is asked where it stands: a link that loses packets would lose the questions too. */
  #startAskers() {
    const start = (node: string, servers: string) =>
      this.#start(askerOf(node), node, tsx('bench/failover/asker.ts'), {
        EVENKEEL_BENCH_NAME: apiName(this.fleet),
        EVENKEEL_BENCH_SERVERS: servers,
      });
    const tower = this.address(this.watchtower);
    const gdnsd = this.peers.map(({ name }, index) => `${name}=${tower}:${gdnsdPortBase + index}`);
    return Promise.all([
      start(clientName, `${ours}=${this.address(providerName)}:${dnsPort}`),
      start(this.watchtower, gdnsd.join(',')),
    ]);
  }

  #start(name: string, node: string, command: readonly [string, ...string[]], env: Env = {}) {
    const logFile = join(this.#directory, `${name.replaceAll(' ', '-')}.log`);
    const started = new LabProcess(this.#enclosure, { name, node, command, env, logFile });
    this.#processes.set(name, started);
    return started.start();
  }
}

const wireOf = (node: string) => `wire of ${node}`;
const askerOf = (node: string) => `asker at ${node}`;
const tsx = (entry: string) =>
  [process.execPath, '--import', 'tsx', join(checkout, entry)] as const;

function verdictIn(line: string, region: string, since: number) {
  const { at, kind, standing, ...rest } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const atMs = Date.parse(String(at));
  const isIt = kind === 'verdict' && rest['region'] === region && atMs >= since;
  return isIt ? [{ at: atMs, standing: String(standing) }] : [];
}
