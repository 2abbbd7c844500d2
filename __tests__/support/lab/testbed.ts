// What tests do with a testbed: break and mend its network, give orders, ask its controllers, and wait until something is so.
import { routerName } from '../../../failover/lab/network.ts';
import type { Utterance } from '../../../failover/lab/lab-process.ts';
import { rulesetOf } from '../../../failover/lab/wire-faults.ts';
import type { WireFault } from '../../../failover/lab/wire-faults.ts';
import type { AuthorityOrder } from './authority-process.ts';
import { metricIn } from './lab-metrics.ts';
import { apiPort, clientName, controllerPort } from './lab-programs.ts';
import { authorityName, firstTerm } from './lab-records.ts';
import { LabWorld } from './lab-world.ts';
import type { TestbedOptions } from './lab-world.ts';
import { Lateness } from './lateness.ts';
import type { OperatorAnswer, OperatorCall } from './operator-process.ts';

const untilMsMax = 90_000;
const confirmMsMax = 6_000;
const lookEveryMs = 10;

export class Testbed extends LabWorld {
  /** Of the machine that all of this runs on. */
  readonly lateness = new Lateness();
  #calls = 0;

  static async start(options: TestbedOptions): Promise<Testbed> {
    const testbed = new Testbed(options);
    try {
      await testbed.build();
      await testbed.peacetime();
    } catch (error) {
      await testbed.close();
      throw error;
    }
    return testbed;
  }

  /** From here on exactly these faults; resolves with when they began. */
  async strike(...faults: readonly WireFault[]): Promise<number> {
    await this.runIn(routerName, `nft -f - <<'END'\n${rulesetOf(faults)}END`);
    return Date.now();
  }

  heal = (): Promise<number> => this.strike();

  /** No vantage of these reaches the provider's API; its name servers go on answering. */
  apiBlocked = (...vantages: readonly string[]): readonly WireFault[] =>
    vantages.map((from) => this.#oneWay(from, authorityName, apiPort));

  /** Two vantages neither ask nor answer each other; everything else they reach. */
  apart = (one: string, other: string): readonly WireFault[] => [
    this.#oneWay(one, other, controllerPort),
    this.#oneWay(other, one, controllerPort),
  ];

  #oneWay = (from: string, to: string, port: number): WireFault => ({
    kind: 'drop',
    from: this.address(from),
    to: this.address(to),
    port,
  });

  /** Of a node that is joined by the wire, both ways. Resolves with the frames that came and were lost until then. */
  async wire(
    node: string,
    delayMs: number,
    jitterMs: number,
    lossPercent: number,
  ): Promise<{ readonly came: number; readonly lost: number }> {
    const wire = this.process(`wire of ${node}`);
    const before = wire.heard('frames').length;
    wire.tell(`${delayMs} ${jitterMs} ${lossPercent}`);
    return this.until('the wire obeys', () => wire.heard('frames')[before] as never);
  }

  /** Nobody stopped, nothing held and nothing broken, and everybody has seen so. */
  async revive(): Promise<void> {
    for (const process of this.processes.values()) process.thaw();
    await this.heal();
    await this.tellAuthority({ release: true });
    await this.agreed();
  }

  /** All controllers killed and started again, with further settings if any. */
  async restartVantages(more: Readonly<Record<string, string>> = {}): Promise<void> {
    await Promise.all(this.vantages.map((vantage) => this.process(vantage).kill()));
    await this.startVantages(more);
  }

  /** From the operator's desk, which is where the clients are. */
  async #ask(
    method: OperatorCall['method'],
    url: string,
    body: object | null,
    vantage: string | null = null,
  ): Promise<string> {
    const id = (this.#calls += 1);
    const call: OperatorCall = { id, method, url, body, vantage };
    this.process('operator').tell(JSON.stringify(call));
    const isThis = ({ id: answered }: Utterance) => answered === id;
    const { status, text } = await this.until(
      `an answer from ${url}`,
      () => this.heard('operator', 'answer').find(isThis) as OperatorAnswer | undefined,
    );
    if (status < 200 || status > 299) throw new Error(`${url}: ${status} ${text}`);
    return text;
  }

  #controller = (vantage: string, path: string): string =>
    `https://${this.address(vantage)}:${controllerPort}${path}`;

  order(vantage: string, order: object): Promise<string> {
    const body = { reason: 'a test', ...order };
    return this.#ask('POST', this.#controller(vantage, '/orders'), body, vantage);
  }

  metrics(vantage: string): Promise<string> {
    return this.#ask('GET', this.#controller(vantage, '/metrics'), null, vantage);
  }

  async metric(
    vantage: string,
    name: string,
    labels: Readonly<Record<string, string>> = {},
  ): Promise<number | null> {
    return metricIn(await this.metrics(vantage), name, labels);
  }

  /** How often a vantage has asked a region whether it is ready. */
  async probes(vantage: string, region: string): Promise<number> {
    const labels = { region, probe: 'ready' };
    return (await this.metric(vantage, 'failover_probe_seconds_count', labels)) ?? 0;
  }

  /** Until a vantage has asked all others since it was called: the beat that was under way does not count. */
  async afterBeats(vantage: string): Promise<void> {
    const [region = ''] = this.fleet.regions.map(({ id }) => id);
    const before = await this.probes(vantage, region);
    await this.until(`${vantage} beats`, async () =>
      (await this.probes(vantage, region)) >= before + 2 ? true : null,
    );
  }

  /** The whole zone as the provider lists it, byte by byte, but for the term. */
  async zoneText(): Promise<string> {
    const zone = `hostedzone/${this.hostedZoneId}`;
    const url = `http://${this.address(authorityName)}:${apiPort}/2013-04-01/${zone}/rrset`;
    return (await this.#ask('GET', url, null)).replaceAll(/term=\d+ by=[a-z-]+/g, 'the term');
  }

  /** Resolves once the provider's side has obeyed. */
  async tellAuthority(order: AuthorityOrder): Promise<void> {
    const before = this.heard(authorityName, 'told').length;
    this.process(authorityName).tell(JSON.stringify(order));
    await this.until('the provider obeys', () =>
      this.heard(authorityName, 'told').length > before ? true : null,
    );
  }

  runInClient = (script: string): Promise<string> => this.runIn(clientName, script);

  /** Until the simple client's cache begins with the address: from then on it is struck with it. */
  async holdInClient(address: string): Promise<void> {
    const before = this.heard('clients', 'held').length;
    this.process('clients').tell(address);
    await this.until('the client holds it', () =>
      this.heard('clients', 'held').length > before ? true : null,
    );
  }

  /** How often the witness has asked, and was answered. */
  async witnessCount(): Promise<Readonly<Record<string, number>>> {
    const before = this.heard('witness', 'count').length;
    this.process('witness').tell('count');
    return this.until('the witness counts', () => this.heard('witness', 'count')[before] as never);
  }

  /** Every region up in everybody's eyes, with its normal weight, as the provider has it. */
  async peacetime(): Promise<void> {
    await this.until('peacetime', () => {
      const isNormal = this.fleet.regions.every((r) => this.weights[r.id] === r.weight);
      return isNormal && this.isUpForAll() ? true : null;
    });
  }

  /** Every vantage has read the last change and heard the others since, and it is confirmed to whoever made it. */
  async agreed(): Promise<void> {
    const term = () => this.changes.at(-1)?.to ?? firstTerm;
    await this.until('every vantage has read the last change', async () => {
      const expected = term();
      const read = await Promise.all(this.vantages.map((v) => this.metric(v, 'failover_term')));
      return expected === term() && read.every((t) => t === expected) ? true : null;
    });
    await Promise.all(this.vantages.map((vantage) => this.afterBeats(vantage)));
    // A writer whose answer was lost never asks.
    const isConfirmed = () => term() === firstTerm || this.isSettled(term());
    await this.until('it is confirmed', () => isConfirmed() || null, confirmMsMax).catch(
      () => null,
    );
  }

  async until<T>(
    what: string,
    look: () => T | null | undefined | Promise<T | null | undefined>,
    msMax = untilMsMax,
  ): Promise<T> {
    const deadline = Date.now() + msMax;
    for (;;) {
      const found = await look();
      if (found !== null && found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`not within ${msMax} ms: ${what}\n${this.tail()}`);
      await pause(lookEveryMs);
    }
  }

  override async close(): Promise<void> {
    this.lateness.stop();
    await super.close();
  }
}

const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });
