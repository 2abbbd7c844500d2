// Says whom this controller hears and whom it does not believe: in metrics at every beat, in the journal when it changes.
import type { VantageId } from '../fleet/fleet.ts';
import type { CallFault } from './adapters/mutual-tls.ts';
import type { JournalEntry } from './ports.ts';
import type { TrustMetrics } from './trust-metrics.ts';

export interface TrustWatchSettings {
  readonly vantage: VantageId;
  readonly metrics: TrustMetrics;
  /** Journals an entry when what is said of its topic has changed. */
  readonly say: (topic: string, said: string, entry: JournalEntry) => void;
}

/** One answer that is late or lost is the network's way; what is wrong with a certificate is said at once. */
const quietBeatsMin = 3;
const quiet: readonly CallFault[] = ['silent', 'unreachable', 'refused'];

const whys: Readonly<Record<CallFault, string>> = {
  'wrong-identity': 'somebody else answers there',
  expired: 'its certificate has ended, or has not begun',
  untrusted: 'its certificate is of an authority that is not known here',
  refused: 'it hangs up on us: it does not accept our certificate, or it is ending',
  silent: 'it does not answer in time',
  unreachable: 'it cannot be reached',
  malformed: 'its answer is no report',
};

export class TrustWatch {
  readonly #settings: TrustWatchSettings;
  readonly #quietBeats = new Map<VantageId, number>();
  readonly #faults = new Map<VantageId, string>();

  constructor(settings: TrustWatchSettings) {
    this.#settings = settings;
  }

  /** Why a vantage counts for nobody here; null for one that is heard. */
  faultOf(peer: VantageId): string | null {
    return this.#faults.get(peer) ?? null;
  }

  asked(peer: VantageId, fault: CallFault | null): void {
    const { metrics } = this.#settings;
    metrics.peerHeard.set({ peer }, Number(fault === null));
    if (fault === null) return this.#heard(peer);
    metrics.peerFaults.inc({ peer, why: fault });
    const beats = (this.#quietBeats.get(peer) ?? 0) + 1;
    this.#quietBeats.set(peer, beats);
    if (quiet.includes(fault) && beats < quietBeatsMin) return;
    this.#faults.set(peer, whys[fault]);
    this.#tell(peer, false, whys[fault]);
  }

  certificateSeen(holder: string, notAfterMs: number): void {
    this.#settings.metrics.certificateEnds.set({ holder }, notAfterMs / 1_000);
  }

  renewed(notAfterMs: number): void {
    const { vantage, metrics, say } = this.#settings;
    this.certificateSeen(vantage, notAfterMs);
    metrics.certificateRefused.set(0);
    const ends = new Date(notAfterMs).toISOString();
    say('certificate', ends, { kind: 'certificate', taken: true, ends });
  }

  notRenewed(why: string): void {
    this.#settings.metrics.certificateRefused.set(1);
    this.#settings.say('certificate', why, { kind: 'certificate', taken: false, why });
  }

  denied({ role, name }: { readonly role: string; readonly name: string }, what: string): void {
    const { metrics, say } = this.#settings;
    metrics.denied.inc({ role });
    say(`denied ${role} ${name}`, what, { kind: 'denied', role, name, what });
  }

  #heard(peer: VantageId): void {
    this.#quietBeats.delete(peer);
    if (this.#faults.delete(peer)) this.#tell(peer, true, 'it is heard again');
  }

  #tell(peer: VantageId, isHeard: boolean, why: string): void {
    const entry: JournalEntry = { kind: 'peer', vantage: peer, counts: isHeard, why };
    this.#settings.say(`peer ${peer}`, why, entry);
  }
}
