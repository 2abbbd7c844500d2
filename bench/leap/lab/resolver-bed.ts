// A testbed for resolvers alone: each profile several times over, a zone that they forward to, and somebody who asks them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabNetwork } from '../../../failover/lab/lab-network.ts';
import { labAddress } from '../../../failover/lab/network.ts';
import type { Answer, Poll, Question } from '../../../failover/lab/resolvers/asker.ts';
import type { ResolverProfile } from '../../../failover/lab/resolvers/resolver-profile.ts';
import { resolverProgram } from '../../../failover/lab/resolvers/resolver-program.ts';
import { placedCaches } from './caches.ts';
import type { Cache } from './caches.ts';
import { tsx } from './programs.ts';
import type { ZoneOrder, ZoneQuery } from './zone-process.ts';

export const measuredZone = 'measured.lab';
const [zoneName, askerName, cachesName] = ['zone', 'asker', 'caches'];
const answerMsMax = 30_000;
const askedMsDefault = 5_000;
const readyMsMax = 60_000;
const logCharsMax = 2_000;

export class ResolverBed {
  readonly caches: readonly Cache[];
  readonly #network: LabNetwork;
  readonly #directory: string;
  #questions = 0;

  private constructor(network: LabNetwork, directory: string, caches: readonly Cache[]) {
    this.#network = network;
    this.#directory = directory;
    this.caches = caches;
  }

  static async open(profiles: readonly ResolverProfile[], copies: number): Promise<ResolverBed> {
    const directory = mkdtempSync(join(tmpdir(), 'leap-resolvers-'));
    const upstream = labAddress(53, 2);
    const caches = placedCaches({ profiles, copies, upstream, directory });
    const [first = '', ...more] = caches.map(({ site }) => site.address);
    const resolverFile = join(directory, 'resolv.conf');
    writeFileSync(resolverFile, `nameserver ${first}\n`);
    const network = await LabNetwork.open(
      [
        { name: zoneName, addresses: [upstream] },
        { name: askerName, addresses: [labAddress(21, 2)] },
        { name: cachesName, addresses: [first, ...more] },
      ],
      resolverFile,
    );
    const bed = new ResolverBed(network, directory, caches);
    try {
      await bed.#start();
    } catch (error) {
      await bed.close();
      throw error;
    }
    return bed;
  }

  async #start(): Promise<void> {
    const network = this.#network;
    const at = (node: string, entry: string) => ({
      name: node,
      node,
      command: tsx(entry),
      env: { EVENKEEL_LAB_HOST: network.address(node), EVENKEEL_LEAP_ZONE: measuredZone },
      logFile: join(this.#directory, `${node}.log`),
    });
    await Promise.all([
      network.start(at(zoneName, 'bench/leap/lab/zone-process.ts')),
      network.start(at(askerName, 'failover/lab/resolvers/asker.ts')),
      ...this.caches.map((cache) => network.start(resolverProgram(cache, cachesName))),
    ]);
    const name = `ready.${measuredZone}`;
    await this.set({ name, ttlSeconds: 1, addresses: ['192.0.2.1'] });
    await Promise.all(this.caches.map((cache) => this.#answers(cache, name)));
  }

  async #answers(cache: Cache, name: string): Promise<void> {
    let last = '';
    for (const deadline = Date.now() + readyMsMax; Date.now() < deadline; await sleep(250)) {
      const { error } = await this.ask(cache, name);
      if (error === null) return;
      last = error;
    }
    const log = readFileSync(join(cache.site.directory, 'log'), 'utf8').slice(-logCharsMax);
    throw new Error(`${cache.name} does not answer (${last}): ${log}`);
  }

  /** Resolves when it is served. */
  async set(order: ZoneOrder): Promise<void> {
    const zone = this.#network.process(zoneName);
    const isSet = () => zone.heard('set').filter(({ name }) => name === order.name).length;
    const before = isSet();
    zone.tell(JSON.stringify(order));
    await until(`${order.name} is set`, () => (isSet() > before ? true : null));
  }

  async ask(cache: Cache, name: string, timeoutMs = askedMsDefault): Promise<Answer> {
    const id = (this.#questions += 1);
    const question: Question = { id, server: cache.site.address, name, timeoutMs };
    const asker = this.#network.process(askerName);
    asker.tell(JSON.stringify(question));
    // Answers come nearly in the order of the questions: the newest are looked at first.
    return until('an answer', () => {
      const found = asker.heard('answer').findLast((answer) => answer['id'] === id);
      return found === undefined ? null : (found as unknown as Answer);
    });
  }

  /** From now on somebody asks every cache for the name, again and again. */
  keepBusy(name: string, everyMs: number): void {
    const servers = this.caches.map(({ site }) => site.address);
    const poll: Poll = { servers, name, everyMs };
    this.#network.process(askerName).tell(JSON.stringify(poll));
  }

  /** When a cache asked the zone for addresses of a name, the oldest first. */
  fetches(cache: Cache, name: string): readonly number[] {
    const queries = this.#network.process(zoneName).heard('query') as unknown as ZoneQuery[];
    return queries
      .filter((q) => q.source === cache.site.address && q.type === 'A')
      .filter((q) => q.name.toLowerCase().replace(/\.$/, '') === name)
      .map(({ at }) => at);
  }

  /** The zone's server says nothing any more; or it does again. */
  freezeZone = (): void => this.#network.process(zoneName).freeze();
  thawZone = (): void => this.#network.process(zoneName).thaw();

  async close(): Promise<void> {
    await this.#network.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

async function until<T>(what: string, look: () => T | null): Promise<T> {
  for (const deadline = Date.now() + answerMsMax; Date.now() < deadline; await sleep(5)) {
    const found = look();
    if (found !== null) return found;
  }
  throw new Error(`not within ${answerMsMax} ms: ${what}`);
}
