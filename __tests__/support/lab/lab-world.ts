// What a testbed is made of, and how it is built and taken down: three regions, three vantages, the DNS provider, a bad
// resolver and clients, each in a network of its own.
import { rmSync, writeFileSync } from 'node:fs';
import { Enclosure, enclosureObstacle } from '../../../failover/lab/enclosure.ts';
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
import type { Deployment } from '../../../fleet/fleet.ts';
import { labCertificates } from './lab-certificates.ts';
import type { LabCertificates } from './lab-certificates.ts';
import {
  clientName,
  clientPrograms,
  deploymentText,
  resolverName,
  serverPrograms,
  vantageProgram,
  wireProgram,
} from './lab-programs.ts';
import type { LabPlan, PlannedProgram } from './lab-programs.ts';
import { authorityName, LabRecords } from './lab-records.ts';

export interface TestbedOptions {
  readonly pace: Pace;
  /** Of the provider's own health checks: 0.1 asks every second, 100, as it is without this, practically never. */
  readonly checkScale?: number;
  /** Nodes joined by the user-space wire. */
  readonly wired?: readonly string[];
}

/** Of the wires, so that a test that fails can be repeated with the same losses. */
export const wireSeed = 20_261_121;

export class LabWorld extends LabRecords {
  readonly #nodes: readonly LabNode[];
  readonly #plan: LabPlan;
  #enclosure: Enclosure | null = null;
  #certificates: LabCertificates | null = null;
  #hostedZoneId = '';

  protected constructor({ pace, checkScale = 100, wired = [] }: TestbedOptions) {
    super(labFleet(pace));
    const node = (name: string, network: number, ...more: string[]): LabNode => ({
      name,
      addresses: [labAddress(network, 2), ...more],
      wired: wired.includes(name),
    });
    this.#nodes = [
      ...this.fleet.regions.map(({ id }, i) => node(id, 1 + i)),
      ...this.fleet.vantages.map(({ id }, i) => node(id, 11 + i)),
      node(authorityName, 53, labAddress(53, 3)),
      node(resolverName, 54),
      node(clientName, 21),
    ];
    this.#plan = {
      fleet: this.fleet,
      pace,
      checkScale,
      nameServers: this.nameServers,
      address: (name) => this.address(name),
      file: (...parts) => this.file(...parts),
    };
  }

  address(node: string): string {
    const [address = ''] = this.#nodes.find(({ name }) => name === node)?.addresses ?? [];
    if (address === '') throw new Error(`the testbed has no node ${node}`);
    return address;
  }

  get nameServers(): readonly string[] {
    return [2, 3].map((host) => `${labAddress(53, host)}:53`);
  }

  get hostedZoneId(): string {
    return this.#hostedZoneId;
  }

  get caFile(): string {
    return this.file('ca.pem');
  }

  /** Runs a script to its end in one node's network, and resolves with what it printed. */
  runIn(node: string, script: string): Promise<string> {
    if (this.#enclosure === null) throw new Error('the testbed is not built');
    return this.#enclosure.run(script, node);
  }

  /** Up to the moment at which every process has said that it is ready. */
  protected async build(): Promise<void> {
    const obstacle = enclosureObstacle();
    if (obstacle !== null) throw new Error(obstacle);
    writeFileSync(this.file('resolv.conf'), `nameserver ${this.address(resolverName)}\n`);
    const enclosure = await Enclosure.open();
    this.#enclosure = enclosure;
    await enclosure.run(foundationScript(this.#nodes, this.file('resolv.conf')));
    await enclosure.run(forwardingScript, routerName);
    for (const { name } of this.#nodes.filter((node) => node.wired === true))
      await this.#start(wireProgram(name, routerName, wireEnds(this.#nodes, name), wireSeed));
    await enclosure.run(cablesScript(this.#nodes));
    await this.#startServers();
    await this.startVantages();
  }

  async #startServers(): Promise<void> {
    const plan = this.#plan;
    writeFileSync(this.file('golden.png'), 'the golden picture');
    const certificates = await labCertificates(this.fleet.zone, this.vantages, plan.file);
    this.#certificates = certificates;
    const [authority, ...others] = serverPrograms(plan, certificates);
    const [{ deployment }] = await Promise.all([
      this.#start(authority),
      ...others.map((program) => this.#start(program)),
    ]);
    this.#hostedZoneId = (deployment as Deployment).hostedZoneId;
    writeFileSync(this.file('deployment.json'), deploymentText(plan, deployment as object));
    await Promise.all(clientPrograms(plan, certificates).map((program) => this.#start(program)));
  }

  /** All controllers, those that have ended too; on their own disks, with further settings if any. */
  protected async startVantages(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const certificates = this.#certificates;
    if (certificates === null) throw new Error('the testbed is not built');
    await Promise.all(
      this.vantages.map((id) => {
        const program = vantageProgram(this.#plan, id, certificates);
        return this.#start({ ...program, env: { ...program.env, ...more } });
      }),
    );
  }

  #start(program: PlannedProgram) {
    if (this.#enclosure === null) throw new Error('the testbed is not built');
    const logFile = this.file(`${program.name.replaceAll(' ', '-')}.log`);
    const started = new LabProcess(this.#enclosure, { ...program, logFile });
    this.processes.set(program.name, started);
    return started.start();
  }

  /** No process, no network and no file of it is left. */
  async close(): Promise<void> {
    await this.#enclosure?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
