// How clients of this process ask the cache they stand behind: every question goes to it, and every answer is kept with its time.
import { Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';

/** What a cache said: addresses in the order of the answer, none where it did not answer. */
export interface Told {
  readonly at: number;
  readonly addresses: readonly string[];
}

/** As glibc, which gives a resolver 5 s and asks twice; shorter, as no user of ours waits ten seconds for a name. */
const timeoutMs = 2_000;
const tries = 2;
/** Six clients ask once a second; the longest round is of six minutes. */
const toldMax = 5_000;

export class CacheLookup {
  readonly #resolver = new Resolver({ timeout: timeoutMs, tries });
  readonly #name: string;
  readonly #told: Told[] = [];

  constructor(server: string, name: string) {
    this.#name = name;
    this.#resolver.setServers([server]);
  }

  /** Rejects where the cache does not answer. Neither Node nor c-ares keeps anything of it. */
  async addresses(): Promise<readonly string[]> {
    const at = Date.now();
    try {
      const addresses = await this.#resolver.resolve4(this.#name);
      this.#note({ at, addresses });
      return addresses;
    } catch (error) {
      this.#note({ at, addresses: [] });
      throw error;
    }
  }

  /** In the place of `dns.lookup`: the order of the answer is kept, as RFC 6724 has no rule that tells these apart. */
  readonly lookup: LookupFunction = (_, { all }, callback) => {
    const answer = async () => {
      try {
        const found = (await this.addresses()).map((address) => ({ address, family: 4 }));
        if (all === true) callback(null, found);
        else callback(null, found[0]?.address ?? '', 4);
      } catch (error) {
        callback(error as NodeJS.ErrnoException, []);
      }
    };
    void answer();
  };

  toldSince(fromMs: number): readonly Told[] {
    return this.#told.filter(({ at }) => at >= fromMs);
  }

  #note(told: Told): void {
    this.#told.push(told);
    if (this.#told.length > toldMax) this.#told.shift();
  }
}
