// A client of the service as clinics have them: resolves the zone with a cache that honours TTLs, then tries addresses.
import { Resolver } from 'node:dns/promises';
import { Agent, request } from 'undici';

/** `every`: all addresses of the answer, one after another. `first`: the first one only, like the simplest clients. */
export type AddressPolicy = 'every' | 'first';

export interface ZoneClientSettings {
  readonly zone: string;
  /** Null asks the resolvers of this machine, as a clinic does. */
  readonly dnsServer: string | null;
  readonly port: number;
  /** Null trusts what the system trusts. */
  readonly caPem: string | null;
  readonly policy: AddressPolicy;
}

export interface ZoneRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface ZoneAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
  readonly address: string;
  /** Addresses that failed before this one answered. */
  readonly failedAddresses: readonly string[];
}

/** No address answered. `attempts` says what each one did. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly attempts: readonly string[];

  constructor(host: string, attempts: readonly string[]) {
    super(`no address of ${host} answered: ${attempts.join('; ') || 'it has none'}`);
    this.attempts = attempts;
  }
}

const connectTimeoutMs = 1_000;
/** An answer that takes longer than this is taken for a frozen region; reading a film takes about 0.1 s. */
const answerTimeoutMs = 4_000;
/** A client that tries every address begins with those that have not failed lately. */
const grudgeMs = 30_000;
const holdTries = 100;
const answerBytesMax = 64 * 1024 * 1024;

interface CachedAnswer {
  readonly addresses: readonly string[];
  readonly untilMs: number;
}

export class ZoneClient {
  readonly host: string;
  readonly #settings: ZoneClientSettings;
  readonly #resolver = new Resolver({ timeout: 1_000, tries: 2 });
  readonly #agents = new Map<string, Agent>();
  readonly #failedAtMs = new Map<string, number>();
  #cached: CachedAnswer = { addresses: [], untilMs: 0 };
  #asking: Promise<void> | null = null;

  constructor(settings: ZoneClientSettings) {
    this.#settings = settings;
    this.host = `api.${settings.zone}`;
    if (settings.dnsServer !== null) this.#resolver.setServers([settings.dnsServer]);
  }

  /** The addresses a client holds now; asks the zone again only when their TTL has passed. */
  async addresses(): Promise<readonly string[]> {
    if (performance.now() >= this.#cached.untilMs) {
      // One question at a time, or a late answer would replace a newer one.
      this.#asking ??= this.#ask().finally(() => {
        this.#asking = null;
      });
      await this.#asking;
    }
    return this.#cached.addresses;
  }

  async #ask(): Promise<void> {
    try {
      const answers = await this.#resolver.resolve4(this.host, { ttl: true });
      const ttlSeconds = Math.min(...answers.map((a) => a.ttl));
      this.#cached = {
        addresses: answers.map((a) => a.address),
        untilMs: performance.now() + ttlSeconds * 1_000,
      };
    } catch {
      // The old answer serves on while the name servers are silent, as in many resolvers (RFC 8767).
      this.#cached = { ...this.#cached, untilMs: performance.now() + 1_000 };
    }
  }

  /** Resolves anew until the answer begins with `address`; gives up quietly when chance does not bring it. */
  async hold(address: string): Promise<void> {
    for (let i = 0; i < holdTries && (await this.addresses())[0] !== address; i += 1)
      this.#cached = { ...this.#cached, untilMs: 0 };
  }

  /** Sends the request to one address after another. Safe to repeat: studies are addressed by their content. */
  async send(message: ZoneRequest): Promise<ZoneAnswer> {
    const attempts: string[] = [];
    const failedAddresses: string[] = [];
    for (const address of await this.#order()) {
      try {
        const answer = await this.sendTo(address, message);
        // 502 to 504 say that this region cannot answer now; another one may.
        if (answer.status < 502 || answer.status > 504 || this.#settings.policy === 'first')
          return { ...answer, failedAddresses };
        attempts.push(`${address}: status ${answer.status}`);
      } catch (error) {
        attempts.push(`${address}: ${reason(error)}`);
      }
      failedAddresses.push(address);
      this.#failedAtMs.set(address, performance.now());
    }
    throw new NoAnswer(this.host, attempts);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
    this.#agents.clear();
  }

  async #order(): Promise<readonly string[]> {
    const addresses = await this.addresses();
    if (this.#settings.policy === 'first') return addresses.slice(0, 1);
    const nowMs = performance.now();
    const bearsGrudge = (a: string) => nowMs - (this.#failedAtMs.get(a) ?? -Infinity) < grudgeMs;
    return [...addresses.filter((a) => !bearsGrudge(a)), ...addresses.filter(bearsGrudge)];
  }

  /** To one address and no other, whatever the zone answers. */
  async sendTo(
    address: string,
    message: ZoneRequest,
  ): Promise<Omit<ZoneAnswer, 'failedAddresses'>> {
    const { statusCode, headers, body } = await request(
      `https://${address}:${this.#settings.port}${message.path}`,
      {
        dispatcher: this.#agent(address),
        method: message.method,
        headers: { ...message.headers, host: this.host },
        body: message.body ?? null,
      },
    );
    return { status: statusCode, headers, body: new Uint8Array(await body.arrayBuffer()), address };
  }

  #agent(address: string): Agent {
    const known = this.#agents.get(address);
    if (known !== undefined) return known;
    const agent = new Agent({
      connect: { ...trust(this.#settings), servername: this.host, timeout: connectTimeoutMs },
      headersTimeout: answerTimeoutMs,
      bodyTimeout: answerTimeoutMs,
      maxResponseSize: answerBytesMax,
      connections: 16,
    });
    this.#agents.set(address, agent);
    return agent;
  }
}

const trust = ({ caPem }: ZoneClientSettings) => (caPem === null ? {} : { ca: caPem });

function reason(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === 'string' ? code : String(message);
}
