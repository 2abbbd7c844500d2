// A small testbed: nodes, cables and a router, the programs on them, and the faults between them. What runs is the caller's.
import { Enclosure } from './enclosure.ts';
import { LabProcess } from './lab-process.ts';
import type { LabProgram } from './lab-process.ts';
import { cablesScript, foundationScript, forwardingScript, routerName } from './network.ts';
import type { LabNode } from './network.ts';
import { rulesetOf } from './wire-faults.ts';
import type { WireFault } from './wire-faults.ts';

export class LabNetwork {
  readonly #enclosure: Enclosure;
  readonly #nodes: readonly LabNode[];
  readonly #processes = new Map<string, LabProcess>();

  private constructor(enclosure: Enclosure, nodes: readonly LabNode[]) {
    this.#enclosure = enclosure;
    this.#nodes = nodes;
  }

  /** `resolverFile` becomes every node's /etc/resolv.conf. */
  static async open(nodes: readonly LabNode[], resolverFile: string): Promise<LabNetwork> {
    const enclosure = await Enclosure.open();
    const network = new LabNetwork(enclosure, nodes);
    try {
      await enclosure.run(foundationScript(nodes, resolverFile));
      await enclosure.run(forwardingScript, routerName);
      await enclosure.run(cablesScript(nodes));
      await network.strike([]);
    } catch (error) {
      await network.close();
      throw error;
    }
    return network;
  }

  address(name: string): string {
    const [address = ''] = this.#nodes.find((node) => node.name === name)?.addresses ?? [];
    if (address === '') throw new Error(`the testbed has no node ${name}`);
    return address;
  }

  /** Resolves with what the program says first. */
  start(program: LabProgram) {
    const started = new LabProcess(this.#enclosure, program);
    this.#processes.set(program.name, started);
    return started.start();
  }

  process(name: string): LabProcess {
    const found = this.#processes.get(name);
    if (found === undefined) throw new Error(`the testbed has no process ${name}`);
    return found;
  }

  /** From here on exactly these faults; resolves with when they began. */
  async strike(faults: readonly WireFault[]): Promise<number> {
    await this.#enclosure.run(`nft -f - <<'END'\n${rulesetOf(faults)}END`, routerName);
    return Date.now();
  }

  /** No process and no network of it is left. */
  close(): Promise<void> {
    return this.#enclosure.close();
  }
}
