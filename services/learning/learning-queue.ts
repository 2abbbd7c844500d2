// Which films of the lake to ask readers about next.
import {
  entropyBits,
  mostUncertain,
  mostUncertainAndDifferent,
} from '../../models/learn/uncertainty.ts';
import type { ObjectStore } from '../adapters/object-store.ts';
import { lakeFilms } from './lake-films.ts';
import type { LakeFilm, LakeQuery } from './lake-films.ts';

export interface QueueQuery extends LakeQuery {
  /** Films to ask about. */
  readonly count: number;
}

interface QueuedFilm {
  readonly film: string;
  /** Feedback is given to this study. */
  readonly study: string;
  readonly version: string;
  /** What the film is asked about. */
  readonly label: string;
  readonly probability: number;
  readonly entropyBits: number;
  readonly opinions: number;
}

export interface LearningQueue {
  readonly model: string;
  readonly ask: readonly QueuedFilm[];
  readonly films: {
    readonly unasked: number;
    readonly unresolved: number;
    readonly labelled: number;
    readonly unreadable: number;
  };
}

export async function learningQueue(store: ObjectStore, query: QueueQuery): Promise<LearningQueue> {
  const films = await lakeFilms(store, query);
  const of = (kind: LakeFilm['verdict']['kind']) =>
    films.filter(({ verdict }) => verdict.kind === kind);
  const labelled = of('labelled');
  const open = [...of('unasked'), ...of('unresolved')];
  return {
    model: query.model,
    ask: asked(open, labelled, query.count).map(queued),
    films: {
      unasked: of('unasked').length,
      unresolved: of('unresolved').length,
      labelled: labelled.length,
      unreadable: of('unreadable').length,
    },
  };
}

/**
 * Features of two versions cannot be compared. Each version therefore gets as many places as it has among the most
 * uncertain, and fills them by difference within itself.
 */
function asked(
  open: readonly LakeFilm[],
  labelled: readonly LakeFilm[],
  count: number,
): readonly LakeFilm[] {
  const first = mostUncertain(probabilitiesOf(open), count).flatMap((at) => open[at] ?? []);
  const versions = [...new Set(first.map(({ version }) => version))];
  return versions.flatMap((version) => {
    const places = first.filter((film) => film.version === version).length;
    return different(
      open.filter((film) => film.version === version),
      labelled.filter((film) => film.version === version),
      places,
    );
  });
}

function different(
  open: readonly LakeFilm[],
  labelled: readonly LakeFilm[],
  count: number,
): readonly LakeFilm[] {
  const probabilities = probabilitiesOf(open);
  const columns = open[0]?.features?.length ?? 0;
  const comparable = open.every(({ features }) => features?.length === columns);
  const picked =
    comparable && columns > 0
      ? mostUncertainAndDifferent(
          {
            probabilities,
            features: stacked(open, columns),
            columns,
            labelledFeatures: stacked(labelled, columns),
          },
          count,
        )
      : mostUncertain(probabilities, count);
  return picked.flatMap((at) => open[at] ?? []);
}

const probabilitiesOf = (films: readonly LakeFilm[]) =>
  Float64Array.from(films, ({ probability }) => probability);

/** One row a film; films without features of this size are left out. */
function stacked(films: readonly LakeFilm[], columns: number): Float32Array {
  const rows = films.flatMap(({ features }) => (features?.length === columns ? [features] : []));
  const features = new Float32Array(rows.length * columns);
  for (const [row, values] of rows.entries()) features.set(values, row * columns);
  return features;
}

const queued = ({ film, study, version, label, probability, opinions }: LakeFilm): QueuedFilm => ({
  film,
  study,
  version,
  label,
  probability,
  entropyBits: entropyBits(probability),
  opinions,
});
