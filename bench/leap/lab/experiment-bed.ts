// The testbed of the experiment: regions, real controllers, the DNS provider, real caches, and clients behind each of them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { journalLines } from '../../../failover/adapters/file-journal.ts';
import { LabNetwork } from '../../../failover/lab/lab-network.ts';
import type { Utterance } from '../../../failover/lab/lab-process.ts';
import { resolverProgram } from '../../../failover/lab/resolvers/resolver-program.ts';
import type { ResolverProfile } from '../../../failover/lab/resolvers/resolver-profile.ts';
import { blackhole } from '../../../failover/lab/wire-faults.ts';
import type { WireFault } from '../../../failover/lab/wire-faults.ts';
import { primaryOf } from '../../../fleet/fleet.ts';
import type { Deployment, Fleet } from '../../../fleet/fleet.ts';
import { arenaCertificates } from '../../failover/arena-certificates.ts';
import type { ArenaCertificates } from '../../failover/arena-certificates.ts';
import { placedCaches } from './caches.ts';
import type { Cache } from './caches.ts';
import { isQuiet } from './client-names.ts';
import type { ClientName } from './client-names.ts';
import type { ClientsOrder, ClientsReport, ClinicReport } from './clients-process.ts';
import type { Sent } from './clients/clinic.ts';
import type { ArmSettings } from './environment.ts';
import type { Fault } from './experiment-plan.ts';
import {
  addressesOf,
  browserCaches,
  browserOf,
  browserProgram,
  cachesName,
  clientsName,
  clientsPlan,
  clientsProgram,
  deploymentOf,
  nodesOf,
  providerName,
  providerProgram,
  regionPrograms,
  resolverFileOf,
  upstreamAddress,
  vantageProgram,
  watcherName,
  watcherProgram,
} from './experiment-programs.ts';
import type { ProgramSite } from './experiment-programs.ts';

export interface BedSettings {
  readonly fleet: Fleet;
  readonly arm: ArmSettings;
  readonly profiles: readonly ResolverProfile[];
  readonly copies: number;
  readonly clients: readonly ClientName[];
  /** The longest TTL of the run: so long the caches are begun one after another. */
  readonly spreadMs: number;
}

/** What the name server said of the struck region's address, as bench/failover/asker.ts tells it. */
interface Sighting {
  readonly lastWith: number | null;
  readonly firstWithout: number | null;
  readonly share: number;
}

const peaceMsMax = 90_000;
const answerMsMax = 20_000;

export class ExperimentBed {
  readonly caches: readonly Cache[];
  readonly struck: string;
  readonly #settings: BedSettings;
  readonly #network: LabNetwork;
  readonly #site: ProgramSite;
  #certificates: ArenaCertificates = { region: {}, vantages: {} };
  #arm: ArmSettings;

  private constructor(
    settings: BedSettings,
    network: LabNetwork,
    directory: string,
    caches: readonly Cache[],
  ) {
    this.#settings = settings;
    this.#network = network;
    this.#arm = settings.arm;
    this.caches = caches;
    this.struck = primaryOf(settings.fleet).id;
    this.#site = { fleet: settings.fleet, directory, address: (node) => network.address(node) };
  }

  static async open(settings: BedSettings): Promise<ExperimentBed> {
    const { fleet, profiles, clients } = settings;
    const directory = mkdtempSync(join(tmpdir(), 'leap-lab-'));
    const copies = settings.copies + clients.filter(isQuiet).length;
    const caches = placedCaches({ profiles, copies, upstream: upstreamAddress, directory });
    const resolverFile = join(directory, 'resolv.conf');
    writeFileSync(resolverFile, `nameserver ${upstreamAddress}\n`);
    const network = await LabNetwork.open(nodesOf(fleet, caches), resolverFile);
    const bed = new ExperimentBed(settings, network, directory, caches);
    try {
      await bed.#build();
    } catch (error) {
      await bed.close();
      throw error;
    }
    return bed;
  }

  get #browsers(): readonly Cache[] {
    return this.#settings.clients.includes('chromium') ? browserCaches(this.caches) : [];
  }

  get struckAddresses(): readonly string[] {
    return addressesOf(this.#settings.fleet)[this.struck] ?? [];
  }

  /** Every record as the arm has it in peacetime; controllers of another arm are replaced. */
  async enter(arm: ArmSettings): Promise<void> {
    const isOther = arm.strategy !== this.#arm.strategy || arm.ttlSeconds !== this.#arm.ttlSeconds;
    if (isOther) {
      this.#arm = arm;
      const ids = this.#settings.fleet.vantages.map(({ id }) => id);
      await Promise.all(ids.map((id) => this.#network.process(id).kill()));
      await this.#startVantages();
    }
    await this.peace();
  }

  async peace(): Promise<void> {
    const provider = this.#network.process(providerName);
    for (const deadline = Date.now() + peaceMsMax; ; await sleep(500)) {
      const told = await this.#answer(providerName, 'distance', JSON.stringify(this.#arm));
      if (told['records'] === 0) return;
      if (Date.now() > deadline)
        throw new Error(
          `the zone is ${String(told['records'])} records from ${this.#arm.strategy}: ${provider.program.logFile}`,
        );
    }
  }

  /** Nobody rewrites anything until the thaw. */
  freezeControllers(): void {
    for (const { id } of this.#settings.fleet.vantages) this.#network.process(id).freeze();
  }

  thawControllers(): void {
    for (const { id } of this.#settings.fleet.vantages) this.#network.process(id).thaw();
  }

  /** Resolves with the moment. From then on the name server is watched for the region's address. */
  async strike(fault: Fault): Promise<number> {
    this.#network.process(watcherName).tell(`watch ${this.struckAddresses[0] ?? ''}`);
    if (fault === 'killed') {
      const at = Date.now();
      await this.#network.process(this.struck).kill();
      return at;
    }
    return this.#network.strike(this.struckAddresses.flatMap(wireFaults[fault]));
  }

  async heal(fault: Fault): Promise<void> {
    await this.#network.strike([]);
    if (fault === 'killed') await this.#network.process(this.struck).start();
  }

  tellClients(order: ClientsOrder): void {
    this.#network.process(clientsName).tell(JSON.stringify(order));
  }

  async report(fromMs: number): Promise<ClientsReport> {
    const line = JSON.stringify({ order: 'report', fromMs } satisfies ClientsOrder);
    const [told, ...browsers] = await Promise.all([
      this.#answer(clientsName, 'report', line),
      ...this.#browsers.map(async (cache): Promise<ClinicReport> => {
        const { sent } = await this.#answer(browserOf(cache), 'report', line);
        return { cache: cache.name, client: 'chromium', sent: sent as readonly Sent[] };
      }),
    ]);
    const report = told as unknown as ClientsReport;
    return { ...report, clinics: [...report.clinics, ...browsers] };
  }

  /** When the name server first answered with the rewritten record; null where it has not. */
  async publishedAt(): Promise<number | null> {
    const told = await this.#answer(watcherName, 'report', 'report');
    const servers = told['servers'] as Readonly<Record<string, Sighting>>;
    const sighting = servers[providerName];
    // A hedge leaves the address out of every other answer: only when it is in none any more was it rewritten.
    return sighting !== undefined && sighting.share === 0 ? sighting.firstWithout : null;
  }

  /** When the first controller took the region for dead; null for never. */
  async detectedAt(fromMs: number): Promise<number | null> {
    const lines = await Promise.all(
      this.#settings.fleet.vantages.map(({ id }) => journalLines(join(this.#site.directory, id))),
    );
    const verdicts = lines
      .flat()
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      .filter(({ kind, region, standing }) => {
        return kind === 'verdict' && region === this.struck && standing === 'down';
      })
      .map(({ at }) => Date.parse(String(at)))
      .filter((at) => at >= fromMs);
    return verdicts.length === 0 ? null : Math.min(...verdicts);
  }

  /** No process, no network and no file of it is left. */
  async close(): Promise<void> {
    await this.#network.close();
    rmSync(this.#site.directory, { recursive: true, force: true });
  }

  async #answer(name: string, event: string, line: string): Promise<Utterance> {
    const program = this.#network.process(name);
    const before = program.heard(event).length;
    program.tell(line);
    for (const deadline = Date.now() + answerMsMax; Date.now() < deadline; await sleep(20)) {
      const told = program.heard(event)[before];
      if (told !== undefined) return told;
    }
    throw new Error(`${name} does not answer: ${line}`);
  }

  async #build(): Promise<void> {
    const { directory, fleet } = this.#site;
    const network = this.#network;
    this.#certificates = await arenaCertificates(fleet, directory);
    const [{ deployment }] = await Promise.all([
      network.start(providerProgram(this.#site, this.#arm)),
      ...regionPrograms(this.#site, this.#certificates).map((program) => network.start(program)),
      ...this.caches.map((cache) => network.start(resolverProgram(cache, cachesName))),
    ]);
    const file = deploymentOf(this.#site, deployment as Deployment);
    writeFileSync(join(directory, 'deployment.json'), JSON.stringify(file));
    await this.#startVantages();
    await network.start(watcherProgram(this.#site));
    await this.#startClients();
  }

  async #startVantages(): Promise<void> {
    await Promise.all(
      this.#settings.fleet.vantages.map(({ id }) =>
        this.#network.start(vantageProgram(this.#site, this.#certificates, id, this.#arm)),
      ),
    );
  }

  async #startClients(): Promise<void> {
    for (const cache of this.caches)
      writeFileSync(resolverFileOf(cache), `nameserver ${cache.site.address}\n`);
    const plan = clientsPlan(this.#site, this.caches, this.#settings);
    const planFile = join(this.#site.directory, 'clients.json');
    writeFileSync(planFile, JSON.stringify(plan));
    await this.#network.start(clientsProgram(this.#site, planFile));
    await Promise.all(
      this.#browsers.map((cache) => this.#network.start(browserProgram(this.#site, cache))),
    );
    await sleep(this.#settings.spreadMs);
  }
}

const wireFaults: Readonly<
  Record<Exclude<Fault, 'killed'>, (address: string) => readonly WireFault[]>
> = {
  blackhole,
  refused: (to) => [{ kind: 'reset', to }],
};
