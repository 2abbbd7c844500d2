// Watches a drill as nobody of the fleet does: the vantages' own words, the name servers' answers, and clinics that upload.
import { apiName, regionName } from '../../fleet/records.ts';
import type { Region } from '../../fleet/fleet.ts';
import type { Status } from '../../failover/status.ts';
import { startDrillClient } from '../drill-clients.ts';
import type { DrillClient, PhantomUpload } from '../drill-clients.ts';
import type { AddressPolicy } from '../zone-client.ts';
import type { Drill } from './drill.ts';
import type { DrillSite } from './drill-site.ts';
import { gazeFor, lookEveryMs } from './facts.ts';
import type { AnswerFact, DrillFacts, VerdictFact, ZoneFact } from './facts.ts';

/** One of the careful kind, two of the simple kind with caches of their own. */
const policies: readonly AddressPolicy[] = ['every', 'first', 'first'];

export interface WitnessSettings {
  readonly site: DrillSite;
  readonly drill: Drill;
  readonly struck: Region;
  readonly uploads: readonly PhantomUpload[];
}

export class Witness {
  readonly #settings: WitnessSettings;
  readonly #zoneClients;
  readonly #clients: readonly DrillClient[];
  readonly #said = new Set<string>();
  readonly #verdicts: VerdictFact[] = [];
  readonly #zone: ZoneFact[] = [];
  readonly #answers: AnswerFact[] = [];
  readonly #stopping = new AbortController();
  readonly #loops: readonly Promise<void>[];
  #startedAtMs = Date.now();

  constructor(settings: WitnessSettings) {
    const { site, uploads } = settings;
    this.#settings = settings;
    this.#zoneClients = policies.map((policy) => site.client(policy));
    this.#clients = this.#zoneClients.map((client, i) =>
      startDrillClient(client, policies[i] ?? 'first', uploads),
    );
    this.#loops = [
      this.#repeat(() => this.#look()),
      // Each by itself: one that is frozen must not make us blind to the others.
      ...site.fleet.vantages.map(({ id }) => this.#repeat(() => this.#listen(id))),
    ];
  }

  /** From now on times count; what was seen before is forgotten, apart from how the zone stood. */
  begin(): void {
    this.#startedAtMs = Date.now();
    this.#answers.length = 0;
    this.#verdicts.length = 0;
    const last = this.#zone.at(-1);
    this.#zone.length = 0;
    if (last !== undefined) this.#zone.push({ ...last, atMs: 0 });
  }

  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  get nowMs(): number {
    return Date.now() - this.#startedAtMs;
  }

  /** The worst case for simple clients: they have just learnt the address that is about to die. */
  async hold(): Promise<void> {
    const { site, struck } = this.#settings;
    const [address = ''] = site.deployment.addresses[struck.id] ?? [];
    await Promise.all(this.#zoneClients.map((client) => client.hold(address)));
  }

  facts(span: DrillFacts['span']): DrillFacts {
    const { site, struck, drill } = this.#settings;
    const sinceStart = (ms: number) => ms - this.#startedAtMs;
    return {
      struck: struck.id,
      normalWeights: Object.fromEntries(site.fleet.regions.map(({ id, weight }) => [id, weight])),
      span,
      endedAtMs: this.nowMs,
      verdicts: [...this.#verdicts].sort((a, b) => a.atMs - b.atMs),
      zone: this.#zone,
      answers: this.#answers,
      quietLooks: gazeFor(drill.detection).quietLooks,
      clients: this.#clients.map(({ policy, samples }) => ({
        policy,
        samples: samples
          .map((sample) => ({ ...sample, sentAtMs: sinceStart(sample.sentAtMs) }))
          .filter(({ sentAtMs }) => sentAtMs >= 0),
      })),
    };
  }

  /** Waits for what is on its way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#clients.map((client) => client.stop()));
    await Promise.all(this.#loops);
    await Promise.all(this.#zoneClients.map((client) => client.close()));
  }

  async #repeat(look: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      // Who does not answer is asked again in a moment.
      await look().catch(() => undefined);
      await new Promise((resolve) => {
        setTimeout(resolve, lookEveryMs);
      });
    }
  }

  async #look(): Promise<void> {
    const { site, struck, drill } = this.#settings;
    const { name, questions } = gazeFor(drill.detection);
    const own = site.deployment.addresses[struck.id] ?? [];
    const asked = name === 'api' ? apiName(site.fleet) : regionName(site.fleet, struck.id);
    const answers = await Promise.all(Array.from({ length: questions }, () => site.ask(asked)));
    const isOwn = answers.flat().some((address) => own.includes(address));
    this.#answers.push({ atMs: this.nowMs, own: isOwn });
  }

  async #listen(vantage: string): Promise<void> {
    const status = await this.#settings.site.statusOf(vantage);
    if (status === null) return;
    this.#hearVerdicts(vantage, status);
    this.#seeZone(status);
  }

  #hearVerdicts(vantage: string, { recent }: Status): void {
    for (const line of recent) {
      const { at, kind, region, standing } = line as Readonly<Record<string, unknown>>;
      if (kind !== 'verdict') continue;
      const said = `${vantage} ${String(at)} ${String(region)}`;
      const atMs = Date.parse(String(at)) - this.#startedAtMs;
      if (this.#said.has(said) || atMs < 0) continue;
      this.#said.add(said);
      this.#verdicts.push({ atMs, vantage, region: String(region), standing: String(standing) });
    }
  }

  /** Terms only grow: whoever still tells of an older zone is late. */
  #seeZone({ term, regions }: Status): void {
    const number = term?.number ?? 0;
    if (number <= (this.#zone.at(-1)?.term ?? 0)) return;
    const weights = Object.fromEntries(regions.map(({ id, weight }) => [id, weight.zone ?? 0]));
    this.#zone.push({ atMs: Math.max(0, this.nowMs), term: number, weights });
  }
}
