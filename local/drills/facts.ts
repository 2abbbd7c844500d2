// What a drill showed, as plain observations in milliseconds since its start: the same from the real fleet and from the simulator.
import type { UploadSample } from '../drill-clients.ts';
import type { AddressPolicy } from '../zone-client.ts';
import type { Detection } from './drill.ts';

export interface VerdictFact {
  readonly atMs: number;
  readonly vantage: string;
  readonly region: string;
  readonly standing: string;
}

/** The zone as it was from this moment on. */
export interface ZoneFact {
  readonly atMs: number;
  readonly term: number;
  readonly weights: Readonly<Record<string, number>>;
}

/** Whether the name servers named the struck region's own addresses at this moment. */
export interface AnswerFact {
  readonly atMs: number;
  readonly own: boolean;
}

export interface ClientFacts {
  readonly policy: AddressPolicy;
  /** `sentAtMs` since the start of the drill. */
  readonly samples: readonly UploadSample[];
}

export interface DrillFacts {
  readonly struck: string;
  readonly normalWeights: Readonly<Record<string, number>>;
  /** Of the struck region; null when the drill spares the regions. */
  readonly span: { readonly fromMs: number; readonly untilMs: number } | null;
  readonly endedAtMs: number;
  readonly verdicts: readonly VerdictFact[];
  readonly zone: readonly ZoneFact[];
  readonly answers: readonly AnswerFact[];
  /** How many looks in a row without its addresses show that the region has been left. */
  readonly quietLooks: number;
  readonly clients: readonly ClientFacts[];
}

/** How the name servers are asked: of a weighted answer one look says little. */
export interface Gaze {
  /** The region's own name has one answer; `api` has that of a region drawn by weight. */
  readonly name: 'region' | 'api';
  readonly questions: number;
  readonly quietLooks: number;
}

export const lookEveryMs = 200;
export const uploadEveryMs = 500;
/** A checked region leaves the answers of `api`, not those of its own name. Forty draws miss a weight of a tenth in 1 of 70. */
export const gazeFor = (detection: Detection): Gaze =>
  detection === 'native-check'
    ? { name: 'api', questions: 5, quietLooks: 8 }
    : { name: 'region', questions: 1, quietLooks: 1 };
